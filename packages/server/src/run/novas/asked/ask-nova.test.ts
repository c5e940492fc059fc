import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { serverError } from '../../../errors.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import { openStore } from '../../../store/open-store.ts'
import type { Store } from '../../../store/store.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { askNova } from './ask-nova.ts'
import { askedBefore } from './asked-before.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const request = {
  guest: uuid,
  to: 'host2',
  wanted: { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' },
  confirm: false,
} as const
const away = serverError('nova-unreachable', 'no answer', 'wait')

let folder: string
let store: Store
let nova: FakeNova
let isAborted: boolean
/** Done at each sleep. */
let meanwhile: (sleeps: number) => void
let clock: Clock
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
  nova = new FakeNova(uuid)
  isAborted = false
  meanwhile = () => undefined
  let [now, sleeps] = [0, 0]
  clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      meanwhile(++sleeps)
    },
  }
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const keep = () => store.requests.keep({ id: 'm1', at: 5, holder: ownIdentity(), request })
const noted = async () => (await store.requests.list())[0]?.asking

const ask = () =>
  askNova({
    nova,
    store,
    clock,
    say: () => undefined,
    assertWanted: () => {
      if (isAborted) throw serverError('withdrawn', 'aborted', 'ask again')
    },
    isAbortWished: () => isAborted,
    id: 'm1',
    isKept: true,
    instance: { id: uuid, host: 'host1' },
    destination: 'host2',
  })

test('that Nova is about to be asked is written down before it is asked', async () => {
  await keep()
  let atAsking: unknown
  const { liveMigrate } = nova
  Object.assign(nova, {
    liveMigrate: async (...given: Parameters<typeof liveMigrate>) => {
      atAsking = await noted()
      return liveMigrate(...given)
    },
  })
  expect(await ask()).toEqual({ newestBefore: null, requestId: 'req-1' })
  expect(atAsking).toEqual({ instance: uuid, newestBefore: null })
})

test('Nova is not asked by a server whose request another carries, nor for one that was aborted meanwhile', async () => {
  await expect(ask()).rejects.toMatchObject({ code: 'withdrawn' })
  await keep()
  const { requests } = store
  store = {
    ...store,
    requests: { ...requests, asking: async (...given) => (isAborted = await requests.asking(...given)) },
  }
  await expect(ask()).rejects.toMatchObject({ code: 'withdrawn' })
  expect(nova.asked).toEqual([])
})

test('what Nova took although its answer got lost is found, and not asked for again', async () => {
  await keep()
  nova.refusals.set('liveMigrate', away)
  meanwhile = (sleeps) => sleeps === 2 && nova.moves()
  expect(await ask()).toEqual({ newestBefore: null, requestId: 'req-2' })
  expect(nova.asked).toEqual(['liveMigrate host2'])
})

test('what Nova was asked for and did not take is told as it failed', async () => {
  await keep()
  nova.refusals.set('liveMigrate', away)
  await expect(ask()).rejects.toBe(away)
})

const look = (newestBefore: number | null) =>
  askedBefore({ nova, clock, say: () => undefined, isAbortWished: () => isAborted }, { instance: uuid, newestBefore })

test('a record is waited for while Nova is busy with the instance, and no longer', async () => {
  nova.instance = { ...(await nova.server(uuid))!, taskState: 'migrating' }
  meanwhile = (sleeps) => sleeps === 60 && nova.moves()
  expect(await look(6)).toMatchObject({ id: 7 })
  nova.record = null
  nova.instance = { ...nova.instance, taskState: null }
  expect(await look(6)).toBeNull()
})

test('a wished abort ends no look at what may have been asked, but not one at nothing', async () => {
  isAborted = true
  nova.moves()
  expect(await look(6)).toMatchObject({ id: 7 })
  nova.record = null
  nova.instance = { ...(await nova.server(uuid))!, taskState: 'migrating' }
  expect(await look(6)).toBeNull()
})

test('where Nova has done something else with it since, nothing is asked of it', async () => {
  nova.moves({ type: 'resize' })
  await expect(look(6)).rejects.toMatchObject({ code: 'nova-refused', message: expect.stringContaining('7 (resize)') })
})
