import { defaultIntent } from '@landfall/core'
import { remote } from '@landfall/libvirt/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DriverIdentity } from '../../../store/driver-identity.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import type { MigrationEntry } from '../../../store/story/entry.ts'
import type { MigrationRecord } from '../../../store/story/record.ts'
import { plainFacts as facts } from '../../../testing/plain-facts.ts'
import { permitted, TriedWorld } from '../../../testing/tried-world.ts'
import type { RunningMigration } from '../../running-migration.ts'
import { finish } from '../finish.ts'
import { takeOver } from '../take-over.ts'

const dead: DriverIdentity = { ...ownIdentity(), startTicks: 'none' }

let world: TriedWorld
beforeEach(async () => {
  world = await TriedWorld.listen()
})
afterEach(() => world[Symbol.asyncDispose]())

/** As its first try left it. */
async function left(...more: readonly MigrationEntry[]): Promise<void> {
  const { guest, source, destination, intent, plan: its } = world.planned(permitted)
  const record: MigrationRecord = {
    id: 'm1',
    guest,
    persistent: true,
    source,
    destination,
    intent,
    facts,
    plan: its,
    previousDowntimeLimitMs: 300,
  }
  const lease = await world.store.begin(record, world.now, dead)
  await world.store.append(lease, { at: world.now, kind: 'launching' })
  const reason = { code: 'migration-failed', message: 'client socket is closed' }
  const failed = { beganAt: world.now, kind: 'daemons-parted', reason, report: null } as const
  await world.store.append(lease, { at: world.now, kind: 'try-failed', failed, againAt: world.now + 60_000 })
  for (const entry of more) await world.store.append(lease, entry)
}
const found = async (): Promise<RunningMigration> => {
  const story = await world.store.read('m1')
  if (story === null) throw new Error('nothing is written')
  return takeOver(world.context, story, (update) => world.told.push(update), world.planAgain)
}

describe('a driver that died between two tries', () => {
  test('is followed by one that waits for the rest of the time and tries', async () => {
    await left()
    const began = world.now
    const report = await (await found()).ended
    expect(report).toMatchObject({ id: 'm1', outcome: 'completed', failedTries: [{ number: 1 }] })
    expect(world.now - began).toBeGreaterThanOrEqual(60_000)
    expect(world.calls).toBe(1)
  })

  test('or just before the next one was launched: that is world.planned once more', async () => {
    const { guest, source, destination, plan: its } = world.planned(permitted)
    const of = { id: 'm1', guest, persistent: true, source, destination, facts, previousDowntimeLimitMs: 300 }
    await left({ at: world.now, kind: 'trying-again', record: { ...of, intent: permitted, plan: its } })
    expect(await (await found()).ended).toMatchObject({ outcome: 'completed', failedTries: [{ number: 1 }] })
    expect([world.calls, world.plannedWith.length]).toEqual([1, 1])
  })

  test('after an abort was asked for is followed by one that tries nothing', async () => {
    await left({ at: world.now, kind: 'abort-asked', why: 'aborted as asked' })
    expect((await (await found()).ended).outcome).toBe('aborted')
    expect(world.calls).toBe(0)
  })

  test('is not followed where another migration of the guest is asked for', async () => {
    await left()
    world.hosts.daemons[0].respond(remote.domainIsActive, () => ({ active: 1 }))
    const story = await world.store.read('m1')
    if (story === null) throw new Error('nothing is written')
    await finish(world.context, story, world.planned(defaultIntent))
    expect((await world.store.read('m1'))?.report).toMatchObject({ outcome: 'aborted' })
    expect(world.calls).toBe(0)
  })
})
