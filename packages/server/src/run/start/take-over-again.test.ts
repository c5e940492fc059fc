import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultIntent, defaultShutdownLimitMs, plan } from '@landfall/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Landfall } from '../../landfall.ts'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import { openStore } from '../../store/open-store.ts'
import type { Store } from '../../store/store.ts'
import { FakeWorld } from '../../testing/fake-hosts.ts'
import { openRunContext } from './context.ts'
import { takeOver } from './take-over.ts'
import { SetBackClock } from '../../testing/set-back-clock.ts'
import { plainRecord } from '../../testing/story.ts'

const dead: DriverIdentity = { ...ownIdentity(), startTicks: 'none' }
const cold = { ...defaultIntent, onlyCold: true } as const
const record = {
  ...plainRecord,
  intent: cold,
  plan: plan(cold, plainRecord.facts),
}
const { uuid } = record.guest

let world: FakeWorld
let folder: string
let store: Store

beforeEach(() => {
  world = new FakeWorld()
  world.add('host1', { name: 'web1', uuid })
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The same store, which fails once in what it is asked then. */
function failingOnce(call: 'entries' | 'append'): Store {
  let isToFail = true
  const fail = (): void => {
    if (!isToFail) return
    isToFail = false
    throw new Error('the database went away')
  }
  return {
    ...store,
    [call]: async (...given: never[]) => {
      fail()
      // As it was called.
      return (store[call] as (...given: never[]) => Promise<unknown>)(...given)
    },
  }
}
const over = (its: Store): Landfall =>
  new Landfall({ hosts: [world.facts('host1'), world.facts('host2')], store: its, dial: world.dial })

test('a take-over whose story cannot be read is tried again, and goes on then', async () => {
  const lease = await store.begin(record, 1, dead)
  await store.append(lease, { at: 2, kind: 'launching' })
  await using landfall = over(failingOnce('entries'))
  await expect(landfall.watch('web1', { steer: false })).rejects.toThrow('went away')
  expect(await landfall.orphans()).toEqual([record.guest])
  const { id } = await landfall.watch('web1', { steer: false })
  for await (const { update } of landfall.updates(id)) if (update.kind === 'ended') break
  expect((await store.read(id))?.report).toMatchObject({ outcome: 'completed' })
  expect(await landfall.orphans()).toEqual([])
})

test('a guest that does not shut down is given up in its time, whoever sets the clock back', async () => {
  const lease = await store.begin(record, 1_800_000_000_000, dead)
  await store.append(lease, { at: 1_800_000_000_000, kind: 'launching' })
  world.deafTimes = Infinity
  const clock = new SetBackClock(60_000)
  const hosts = [world.facts('host1'), world.facts('host2')]
  await using context = openRunContext({ hosts, store, dial: world.dial, clock })
  const story = await store.read(record.id)
  if (story === null) throw new Error('it was begun')
  const { ended } = await takeOver(context, story, () => undefined)
  expect((await ended).reason.message).toContain('did not shut down within')
  expect(clock.passedMs).toBeLessThan(defaultShutdownLimitMs + 2000)
})

test('one that was never started is closed later where its end cannot be written', async () => {
  await store.begin(record, 1, dead)
  await using landfall = over(failingOnce('append'))
  await expect(landfall.watch('web1', { steer: false })).rejects.toThrow('went away')
  expect(await landfall.orphans()).toEqual([record.guest])
  await landfall.watch('web1', { steer: false })
  expect((await store.read(record.id))?.report).toMatchObject({ outcome: 'aborted' })
})
