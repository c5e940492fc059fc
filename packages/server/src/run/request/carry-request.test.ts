import type { MigrationPlan } from '@landfall/api'
import { expect, test } from 'vitest'
import { serverError } from '../../errors.ts'
import { FakeWorld } from '../../testing/fake-hosts.ts'
import type { RunContext } from '../start/context.ts'
import { ActiveMigration } from './active-migrations.ts'
import type { ReadRequest } from './carry-request.ts'
import { carryRequest, isFresh, tellBeforeLaunch, untilLaunch } from './carry-request.ts'

const active = () => new ActiveMigration({ id: 'm1', guest: 'web1', uuid: 'u1' })
// What is in it is for whoever is told.
const plan = {} as MigrationPlan

test('a launch waits until others were told of it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const told: string[] = []
  const goesOn = tellBeforeLaunch({ beforeLaunch: (id) => (told.push(id), promise) }, active(), plan)
  const first = await Promise.race([goesOn.then(() => 'launched'), Promise.resolve('waiting')])
  expect([first, told]).toEqual(['waiting', ['m1']])
  resolve()
  await expect(goesOn).resolves.toBeUndefined()
})

test('one that is aborted while others are told of it is not launched', async () => {
  const migration = active()
  const beforeLaunch = async (): Promise<void> => void migration.wish({ kind: 'abort', why: 'not tonight' })
  await expect(tellBeforeLaunch({ beforeLaunch }, migration, plan)).rejects.toMatchObject({
    code: 'withdrawn',
    message: expect.stringContaining('not tonight'),
  })
})

/** Carries a request while the store is away at first; what is told, and what it ends with. */
async function carryWithoutStore(isKept: boolean) {
  const migration = active()
  let asked = 0
  const read = async (): Promise<readonly never[]> => {
    if (++asked <= 2) throw serverError('store-unusable', 'the store is away', '')
    throw serverError('unknown-guest', 'web1 is gone by now', '')
  }
  const world = new FakeWorld()
  world.add('host1', { name: 'web1', uuid: 'u1' })
  const context = {
    sessions: [world.session('host1')],
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    store: { unended: read },
  } as unknown as RunContext
  const intent = { findings: [], mostAtOnce: { count: 1, source: '' } }
  const request = { guest: 'web1', to: 'host2', intent, confirm: false, isKept } as unknown as ReadRequest
  const code = await carryRequest(context, request, migration).catch((error: { code: string }) => error.code)
  return { code, told: migration.log.kept.map(({ update }) => update.kind) }
}

test('what was accepted waits for a store that is away; what nobody keeps ends with it', async () => {
  expect(await carryWithoutStore(true)).toEqual({ code: 'unknown-guest', told: ['step', 'step'] })
  expect(await carryWithoutStore(false)).toEqual({ code: 'store-unusable', told: [] })
})

test('a plan is good for a moment, and not for longer because the clock was set back since', () => {
  const plannedAt = { at: 3_600_000 }
  expect([3_600_000, 3_610_000, 3_900_001, 0].map((now) => isFresh(plannedAt, now))).toEqual([true, true, false, false])
})

test('a plan has to hold for as long as its guest waits for its place', () => {
  expect([0, 240_000, 240_001].map((now) => isFresh({ at: 0 }, now, 60_000))).toEqual([true, true, false])
})

test('one that is held is ready no more when its plan has grown stale, and again when it is made anew', async () => {
  const told: boolean[] = []
  const launch = Promise.withResolvers<void>()
  const hold = { onReady: (isReady: boolean) => told.push(isReady), launch: launch.promise }
  let isWatched = false
  const stale = async (signal: AbortSignal): Promise<void> =>
    signal.addEventListener('abort', () => (isWatched = false))
  expect(await untilLaunch(hold, active(), stale)).toBe(false)
  isWatched = true
  const launched = untilLaunch(hold, active(), async (signal) => {
    await stale(signal)
    await new Promise(() => undefined)
  })
  launch.resolve()
  expect([await launched, told, isWatched]).toEqual([true, [true, false, true], false])
})
