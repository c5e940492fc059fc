import type { MigrationReport, MigrationUpdate, NumberedUpdate } from '@landfall/api'
import { expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import type { Store } from '../../../store/store.ts'
import type { MigrationStory } from '../../../store/story/story.ts'
import { ActiveMigration, ActiveMigrations } from '../active-migrations.ts'
import { followById } from './follow-by-id.ts'

// What they say does not matter here.
const report = { outcome: 'completed' } as MigrationReport
const ended: MigrationUpdate = { kind: 'ended', at: 0, report }
const story = (part: Partial<MigrationStory>): MigrationStory => part as MigrationStory

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
