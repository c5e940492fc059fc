import type { MigrationReport, MigrationUpdate, NumberedUpdate } from '@landfall/api'
import { problemOf } from '@landfall/api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { serverError } from '../../../errors.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import { Database } from '../../../store/sqlite/open-database.ts'
import { sqliteStore } from '../../../store/sqlite/sqlite-store.ts'
import type { Store } from '../../../store/store.ts'
import type { MigrationStory } from '../../../store/story/story.ts'
import { plainRecord } from '../../../testing/story.ts'
import { ActiveMigration, ActiveMigrations } from '../active-migrations.ts'
import { followById } from './follow-by-id.ts'

// What they say does not matter here.
const report = { outcome: 'completed' } as MigrationReport
const ended: MigrationUpdate = { kind: 'ended', at: 0, report }
const story = (part: Partial<MigrationStory>): MigrationStory => ({ driver: ownIdentity(), ...part }) as MigrationStory

/** The updates of m1, where the store has that story of it; `onWait` is what happens while nobody has it. */
async function follow(has: MigrationStory | null, onWait: (active: ActiveMigrations) => void = () => undefined) {
  const active = new ActiveMigrations()
  const clock: Clock = { now: () => 5, sleep: async () => onWait(active) }
  const store = {
    read: async () => has,
    requests: { list: async () => [] },
    elsewhere: { published: async () => [], follow: async () => undefined },
  } as unknown as Store
  const told: NumberedUpdate[] = []
  for await (const update of followById({ store, clock }, active, 'm1', { after: 7 })) told.push(update)
  return told.map(({ number, update }) => [number, update.kind])
}

test('one whose driver died is followed once it was taken over', async () => {
  const told = await follow(story({ report: null }), (active) => {
    const taken = new ActiveMigration({ id: 'm1', guest: 'web1', uuid: 'u1' })
    for (let number = 0; number < 8; number++) taken.log.tell({ kind: 'step', at: 0, message: '' })
    taken.log.tell(ended)
    void active.add(taken, () => Promise.resolve())
  })
  expect(told).toEqual([
    [8, 'step'],
    [9, 'ended'],
  ])
})

test('of one that has ended meanwhile the end is told', async () => {
  expect(await follow(story({ report }))).toEqual([[8, 'ended']])
})

test('of one that nobody knows it is said', async () => {
  await expect(follow(null)).rejects.toMatchObject({ code: 'no-migration' })
})

describe('what could not be carried on by one server, and is driven on by another', () => {
  let store: Store
  beforeEach(async () => {
    store = sqliteStore(new Database(':memory:', () => true))
    await store.begin(plainRecord, 1, { ...ownIdentity(), startTicks: 'another' })
    const step: MigrationUpdate = { kind: 'step', at: 30, message: 'taken over' }
    const rest = [
      { number: 30_000, update: step },
      { number: 31_000, update: ended },
    ]
    await store.elsewhere.publish('m1', { told: rest, stale: null })
  })
  afterEach(() => store[Symbol.asyncDispose]())
  const clock: Clock = { now: () => 5, sleep: async () => undefined }
  const kinds = async (active: ActiveMigrations): Promise<readonly string[]> => {
    const told: string[] = []
    for await (const { update } of followById({ store, clock }, active, 'm1', {})) told.push(update.kind)
    return told
  }

  test('is followed on where it failed', async () => {
    const active = new ActiveMigrations()
    const failed = new ActiveMigration({ id: 'm1', guest: 'web1', uuid: 'u1' })
    await active.add(failed, () => Promise.reject(new Error('host2 cannot be reached')))
    expect(await kinds(active)).toEqual(['step', 'ended'])
  })

  test('and by a third, to whom its failure was told', async () => {
    const problem = problemOf(serverError('host-unreachable', 'host2 cannot be reached', 'Check it'))
    await store.elsewhere.publish('m1', { told: [{ number: 20_000, problem }], stale: null })
    expect(await kinds(new ActiveMigrations())).toEqual(['step', 'ended'])
  })
})
