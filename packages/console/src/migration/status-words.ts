import type { MigrationStatus, MigrationUnderWay } from '@landfall/api'

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

/** What one that is queued waits for. */
export function waitingWords({ guests, source, most }: NonNullable<MigrationUnderWay['waitingFor']>): string {
  return `its turn: ${guests.join(', ')} ${guests.length === 1 ? 'is' : 'are'} leaving ${source}, and at most ${most.count} may at a time (${most.from})`
}
