import { defaultIntent, plan } from '@landfall/core'
import { RunningStory } from '../run/running-story.ts'
import type { MigrationEntry } from '../store/story/entry.ts'
import type { MigrationRecord } from '../store/story/record.ts'
import type { MigrationStory } from '../store/story/story.ts'
import { beginStory } from '../store/story/story.ts'
import { plainFacts } from './plain-facts.ts'

export const nobody = { pid: 1, startTicks: '', bootId: '' }

/** A live migration of web1 from host1 to host2. */
export const plainRecord: MigrationRecord = {
  id: 'm1',
  guest: { name: 'web1', uuid: '11111111-2222-3333-4444-555555555555' },
  persistent: true,
  source: 'host1',
  destination: 'host2',
  intent: defaultIntent,
  facts: plainFacts,
  plan: plan(defaultIntent, plainFacts),
  previousDowntimeLimitMs: 300,
}

/** The story of a migration so far, in memory alone. */
export const storyOf = (record: MigrationRecord, part: Partial<MigrationStory> = {}, beganAt = 0): MigrationStory => ({
  ...beginStory(record, beganAt, nobody),
  ...part,
})

/** One that goes on, and where its entries go. */
export function running(story: MigrationStory, entries: MigrationEntry[] = []): RunningStory {
  return new RunningStory(
    story,
    (told) => void entries.push(...told),
    () => undefined,
  )
}
