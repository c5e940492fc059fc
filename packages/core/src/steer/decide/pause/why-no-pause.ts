import { sendMs, switchoverCostMs } from '../../../forecast/copying/scenario.ts'
import { formatBytes, formatDuration, toldApart } from '../../../units.ts'
import type { Situation } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'

/** QEMU accepts a raised limit at its next look; when it did not in as many boundaries, something else must be done. */
export const mostSwitchovers = 3

export interface NoPause {
  readonly words: string
  /** The figures that decided it. */
  readonly numbers: Readonly<Record<string, number>>
}

/**
 * Why the guest is not stopped now for what is left, where `switchoverLimit` has no limit for that: the pause would be too long, or
 * could become so, or QEMU does not take what should be enough.
 */
export function whyNoPause(
  { facts, intent: { maxPauseMs }, switchover: { tried, limitMs } }: SteerState,
  situation: Pick<Situation, 'stopLink' | 'wireShare' | 'remainingBytes' | 'mostPendingBytes'>,
): NoPause {
  const { stopLink, wireShare, remainingBytes, mostPendingBytes } = situation
  const costMs = switchoverCostMs(facts)
  const pauseMs = sendMs(remainingBytes, stopLink) + costMs
  if (pauseMs > maxPauseMs) {
    const [needed, allowed] = toldApart(pauseMs, maxPauseMs)
    return { words: `a pause of ${needed} would be needed where ${allowed} is allowed`, numbers: {} }
  }
  const byQemuMs = sendMs(remainingBytes, stopLink * wireShare)
  if (byQemuMs + costMs > maxPauseMs) {
    const [most, allowed] = toldApart(byQemuMs + costMs, maxPauseMs)
    const words = `a pause of up to ${most} would be needed, should nothing of that compress, where ${allowed} is allowed`
    return { words, numbers: { mostPauseMs: Math.ceil(byQemuMs + costMs) } }
  }
  const likely = formatDuration(pauseMs)
  const mostPauseMs = sendMs(mostPendingBytes, stopLink * wireShare) + costMs
  if (mostPauseMs > maxPauseMs && tried < mostSwitchovers && limitMs < byQemuMs) {
    const [most, allowed] = toldApart(mostPauseMs, maxPauseMs)
    const words = `a pause of ${likely} would be enough, but up to ${formatBytes(mostPendingBytes)} may be left by then, a pause of up to ${most} where ${allowed} is allowed`
    return { words, numbers: { mostPendingBytes: Math.round(mostPendingBytes), mostPauseMs: Math.ceil(mostPauseMs) } }
  }
  const times = tried === 0 ? '' : ` after ${tried === 1 ? 'one raise' : `${tried} raises`}`
  const words = `a pause of ${likely} is within the ${formatDuration(maxPauseMs)} allowed, but QEMU has not taken it, at a downtime limit of ${formatDuration(limitMs)}${times}`
  return { words, numbers: { limitMs, switchoversTried: tried } }
}
