import type { Milliseconds } from '../../units.ts'
import type { PassSequence } from './passes.ts'
import { passesOf } from './passes.ts'
import type { Scenario } from './scenario.ts'
import { sendMs } from './scenario.ts'

/** QEMU's downtime limit at the launch, and up to what it may have to be raised. */
export type Limits = readonly [atLaunchMs: Milliseconds, mostMs: Milliseconds]

/**
 * Whether passes end in a pause for which the limit is raised: likely, or where the facts are at their worst (`high`), or in neither
 * (null). At the worst it is raised where the passes never get below the limit at the launch, or take so long for it that one pause
 * costs less: a second of the migration is worth `timeWorth` seconds of the guest's work (`--time-worth`).
 *
 * Worked example (bench, guests of 288 MiB at 34 MiB/s): where 0.9 of the link's rate is written the worst reading ends by itself
 * 2.0 s after one pause of 1.5 s would have, and is waited for at a worth of 0.4; where twice the rate is, 11.2 s after one of 2.0 s.
 */
export function whetherRaised(
  likely: PassSequence,
  high: Scenario,
  [limitMs, mostMs]: Limits,
): 'likely' | 'at-worst' | null {
  if (likely.raisesLimit === true) return 'likely'
  const inOnePause = passesOf(high, limitMs, mostMs)
  if (inOnePause.raisesLimit !== true) return null
  const byThemselves = passesOf(high, limitMs)
  const pauseMs = sendMs(inOnePause.left.at(-1) ?? 0, high.deltas?.link ?? high.link)
  const laterMs = byThemselves.copyMs - inOnePause.copyMs
  return !byThemselves.ends || laterMs * high.timeWorth > pauseMs ? 'at-worst' : null
}
