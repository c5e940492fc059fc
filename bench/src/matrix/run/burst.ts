import type { ProgressSample } from '@landfall/lab'
import { monotonicNowMs, readProgress } from '@landfall/lab'

/** Of a guest with phases: it writes in one half of it and rests in the other. */
export const burstPeriodMs = 10_000
/** A guest that writes at its rate has no pause of this length. */
const restMs = 1000
const lookEveryMs = 200
const deadlineMs = 60_000

/**
 * Where in a guest's period a round meets it: the same for every contender, and over the rounds all through the period. Else who is moved
 * next meets the guest where the one before has left it: in every round at the same place, which is luck and looks like a result.
 *
 * @example the third of three rounds begins 6.7 s after the guest began to write
 */
export const afterBurstBeganMs = (round: number, rounds: number): number => ((round % rounds) * burstPeriodMs) / rounds

/** When it began to write after a rest, for the last time; null where that was not after `sinceMs`. */
export function burstBegan(samples: readonly ProgressSample[], sinceMs: number): number | null {
  let wroteMs: number | null = null
  let began: number | null = null
  for (const [index, { atMonotonicMs, pagesWritten }] of samples.entries()) {
    const before = samples[index - 1]
    if (before === undefined) wroteMs = atMonotonicMs
    if (before === undefined || pagesWritten <= before.pagesWritten) continue
    if (wroteMs !== null && atMonotonicMs - wroteMs > restMs && atMonotonicMs > sinceMs) began = atMonotonicMs
    wroteMs = atMonotonicMs
  }
  return began
}

/** Returns so long after the guest has begun to write. @throws where it does not within a minute */
export async function meetGuestInBurst(lab: string, guest: string, afterMs: number): Promise<void> {
  const sinceMs = monotonicNowMs()
  for (;;) {
    const began = burstBegan(await readProgress(lab, guest), sinceMs)
    const now = monotonicNowMs()
    if (began !== null) return rest(Math.max(0, began + afterMs - now))
    if (now - sinceMs > deadlineMs) throw new Error(`${guest} has not begun to write within ${deadlineMs} ms`)
    await rest(lookEveryMs)
  }
}

const rest = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
