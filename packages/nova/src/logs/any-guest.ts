import type { Said } from './events.ts'

const whats: ReadonlySet<Said['what']> = new Set<Said['what']>([
  'lifecycle',
  'instance-state',
  'shut-down',
  'rolled-back',
  'not-found-on-source',
  'terminating',
])

/** Said of every guest, migrated or not. */
export const ofAnyGuest = (said: Said): boolean => whats.has(said.what)
