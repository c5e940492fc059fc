import type { MigrationStatus, MigrationUnderWay, Role } from '@landfall/api'

/** Where a migration is, as a reader says it. */
export const statusWords: Readonly<Record<MigrationStatus, string>> = {
  queued: 'waits for its turn',
  planning: 'is being planned',
  preparing: 'is being prepared',
  copying: 'copying',
  switching: 'changing hosts',
  'post-copy': 'in post-copy',
  cold: 'moved cold',
  ended: 'ended',
  'needs-attention': 'needs attention',
}

/** What is to be known of one that was not launched here; null where it was. */
export function roleWords({ origin, hands }: Role): string | null {
  if (origin === 'launched') return null
  const how = hands === 'on' ? 'steered from here' : 'only followed: nothing of it is changed from here'
  return origin === 'found' ? `started by somebody else, ${how}` : `taken over from a driver that ended, ${how}`
}

/** Why one that is queued waits for its turn. */
export function waitingWords({ guests, source, most }: NonNullable<MigrationUnderWay['waitingFor']>): string {
  return `${guests.join(', ')} ${guests.length === 1 ? 'is' : 'are'} leaving ${source}, and at most ${most.count} may at a time (${most.from})`
}
