import { firstDeltaPass } from '../../forecast/copying/passes.ts'
import { sendMs, surelyNonZeroBytes } from '../../forecast/copying/scenario.ts'
import type { Milliseconds } from '../../units.ts'
import type { Sample } from './sample.ts'
import { pagesSent } from './sample.ts'
import type { Situation } from './situation.ts'
import { carriesDeltas } from './situation.ts'
import type { SteerState } from '../state.ts'

/** A boundary is seen within a hundredth of a usual pass; QEMU's own look is every 50 ms. */
export const shortestLookMs: Milliseconds = 100
/** The link's rate is taken from stretches of 2 s, and a person watches. */
const longestLookMs = 1000
/** Before the link has been measured, and while QEMU's estimate of it is still being learned. */
const learningMs = 5000
/** Of the time until something may happen: looks come closer together as it does. */
const share = 0.25

/**
 * When to look at the migration next: often near the end of a pass, a planned stop, or the deadline, seldom in the
 * middle of a long pass, where `remaining` says nothing.
 */
export function lookAgainMs(state: SteerState, sample: Sample, situation: Situation, now: Milliseconds): Milliseconds {
  if (sample.phase === 'post-copy') return longestLookMs / 2
  // Its first pass is over in tenths of a second, and shows what the others will be.
  if (carriesDeltas(state.facts, sample) && sample.pass === firstDeltaPass) return shortestLookMs / 2
  if (sample.phase !== 'active' || state.stage.name !== 'copying' || situation.elapsedMs < learningMs)
    return shortestLookMs
  const { thresholdBytes, fastestLink, remainingBytes, slackMs } = situation
  const passMs = sendMs(Math.max(0, remainingBytes - thresholdBytes), fastestLink)
  const stopMs = state.switchover.plannedStop === null ? Infinity : state.switchover.plannedStop.at - now
  // The rest may be zero pages, which take no time: then the pass ends at any moment.
  const untilMs = sample.pass <= 1 ? Math.min(passMs, untilZeroPages(state, sample, situation)) : passMs
  const next = Math.min(untilMs, stopMs, slackMs / 4) * share
  return Math.max(shortestLookMs, Math.min(longestLookMs, next))
}

function untilZeroPages({ facts }: SteerState, sample: Sample, { fastestLink }: Situation): Milliseconds {
  const known = surelyNonZeroBytes(facts) - pagesSent(sample)
  return sendMs(Math.max(0, known), fastestLink)
}
