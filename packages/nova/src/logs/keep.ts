import type { Said } from './events.ts'

const ofAnyGuest: ReadonlySet<Said['what']> = new Set<Said['what']>([
  'lifecycle',
  'instance-state',
  'shut-down',
  'rolled-back',
  'not-found-on-source',
])

/** Said of every guest, migrated or not; worth keeping only beside something that tells of a migration. */
export const keepsTogether = (said: Said): boolean => ofAnyGuest.has(said.what)
