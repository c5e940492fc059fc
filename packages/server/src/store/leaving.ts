import type { DriverIdentity } from './driver-identity.ts'
import type { MigrationStory } from './story.ts'

/** Live migrations under way from a host that a living driver of this controller has, oldest first. Pure. */
export function leaving(
  stories: readonly MigrationStory[],
  source: string,
  isAlive: (driver: DriverIdentity) => boolean,
): readonly MigrationStory[] {
  return stories
    .filter(({ record, report }) => report === null && record.source === source && record.plan.strategy !== 'cold')
    .filter(({ driver }) => isAlive(driver))
    .toSorted(inOrder)
}

function inOrder(one: MigrationStory, other: MigrationStory): number {
  return one.beganAt - other.beganAt || (one.record.id < other.record.id ? -1 : 1)
}
