import { expect, test } from 'vitest'
import type { MigrationStory } from './story/story.ts'
import { leaving } from './leaving.ts'

/** Only what is looked at; the rest of a story does not matter here. */
function story(id: string, part: { at?: number; source?: string; ended?: true; cold?: true } = {}) {
  return {
    record: {
      id,
      guest: { name: id, uuid: id },
      source: part.source ?? 'host1',
      plan: { strategy: part.cold === true ? 'cold' : 'pre-copy' },
    },
    beganAt: part.at ?? 1,
    report: part.ended === true ? {} : null,
  } as unknown as MigrationStory
}

const ids = (stories: readonly MigrationStory[]): string[] => leaving(stories, 'host1').map((each) => each.record.id)

test('live migrations under way from that host count, in the order in which they began', () => {
  expect(ids([story('b', { at: 2 }), story('a'), story('c', { at: 2 })])).toEqual(['a', 'b', 'c'])
})

test('what has ended, comes from elsewhere or moves cold does not', () => {
  const others = [story('a', { ended: true }), story('b', { source: 'host2' }), story('c', { cold: true })]
  expect(ids(others)).toEqual([])
})
