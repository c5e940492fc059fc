import type { Intent } from '../../../intent.ts'
import type { Milliseconds } from '../../../units.ts'

/** The longest that QEMU takes for a downtime limit (MAX_MIGRATE_DOWNTIME_SECONDS, migration/options.c). */
const longestPauseMs: Milliseconds = 2_000_000

/**
 * The same intent for one that is to be completed now, whatever that costs: the pause may take as long as QEMU allows, so that
 * steering ends it at its next chance, by post-copy where that is armed. A schedule's owner has a way of its own, which is due.
 */
export function forcedIntent(intent: Intent): Intent {
  const { schedule } = intent
  if (schedule === undefined) return { ...intent, maxPauseMs: longestPauseMs }
  return { ...intent, schedule: { ...schedule, timeoutMs: 1, timeoutAction: 'force-complete' } }
}
