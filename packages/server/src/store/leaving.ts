import type { MigrationStory } from './story/story.ts'

/** Live migrations under way from a host, oldest first. Pure. */
export function leaving(stories: readonly MigrationStory[], source: string): readonly MigrationStory[] {
  return stories
    .filter(({ record, report }) => report === null && record.source === source && record.plan.strategy !== 'cold')
    .toSorted(inOrder)
}

function inOrder(one: MigrationStory, other: MigrationStory): number {
  return one.beganAt - other.beganAt || (one.record.id < other.record.id ? -1 : 1)
}
