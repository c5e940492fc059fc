import { qemuDowntimeLimitMs } from '../../facts.ts'
import type { Milliseconds } from '../../units.ts'
import type { PassSequence } from './passes.ts'
import type { Scenario } from './scenario.ts'
import { sendMs } from './scenario.ts'

/** QEMU's downtime limit at the launch, and up to what it may have to be raised. */
export type Limits = readonly [atLaunchMs: Milliseconds, mostMs: Milliseconds]

/** What QEMU's usual limit may come to, and nothing that has to be told. */
const usualMostMs = 2 * qemuDowntimeLimitMs

/**
 * Whether passes end in a pause for which the limit is raised: likely, or where the facts are at their worst, or in neither
 * (null), each as launched. Whole pages need it where the passes never get below the limit at the launch; deltas also where they would in more than a few.
 */
export function whetherRaised(
  likely: PassSequence,
  worst: PassSequence,
  { link, deltas }: Pick<Scenario, 'link' | 'deltas'>,
): 'likely' | 'at-worst' | null {
  if (likely.raisesLimit === true) return 'likely'
  // Of deltas all that may be pending is allowed for.
  if (worst.raisesLimit === true) return 'at-worst'
  if (worst.ends) return null
  const pauseMs = sendMs(worst.left.at(-1) ?? 0, deltas?.link ?? link)
  return pauseMs > usualMostMs ? 'at-worst' : null
}
