import type { MigrationStatus } from '@landfall/api'

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
