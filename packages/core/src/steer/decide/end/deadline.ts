import { sendMs, surelyNonZeroBytes, switchoverCostMs } from '../../../forecast/copying/scenario.ts'
import type { Milliseconds } from '../../../units.ts'
import { formatBytes, formatRate, toldApart } from '../../../units.ts'
import type { Decision } from '../levers.ts'
import { abort, nothing, pullLever } from '../levers.ts'
import { ratesOf } from '../../observe/rates.ts'
import type { Sample } from '../../observe/sample.ts'
import { pagesSent } from '../../observe/sample.ts'
import type { Situation } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'

/** At every sample: is the deadline out of reach of every permitted lever, or only within reach of one that must be pulled now? */
export function decideByDeadline(state: SteerState, sample: Sample, situation: Situation): Decision {
  const { slackMs, fastestLink, link, remainingBytes, unsentBytes, ahead } = situation
  if (slackMs === Infinity) return nothing
  const { facts } = state
  // In pass 1 the rest may be zero pages, which cost nothing.
  const knownRest = Math.max(0, surelyNonZeroBytes(facts) - pagesSent(sample))
  const leastBytes = sample.pass <= 1 ? Math.min(knownRest, remainingBytes) : remainingBytes
  const leastMs: Milliseconds = sendMs(leastBytes, fastestLink) + facts.overheads.switchoverMs * 0.3
  if (leastMs > slackMs) {
    const [takes, left] = toldApart(leastMs, Math.max(0, slackMs))
    const message = `cannot end by the deadline: at least ${formatBytes(leastBytes)} are left, which takes ${takes} even at ${formatRate(fastestLink)}; ${left} are left (${ratesOf(situation)})`
    const numbers = {
      pass: sample.pass,
      remainingBytes,
      linkBytesPerSecond: Math.round(link),
      slackMs: Math.round(slackMs),
    }
    return abort('deadline-cannot-be-met', message, numbers)
  }
  // Whatever happens, what is left now has to be sent; with a lever pulled now, nothing much more. A lever may find that no page of it
  // is zero.
  const lastMomentMs = sendMs(remainingBytes, link) * 1.1 + switchoverCostMs(facts) * 2
  const waitingMs = ahead.ends ? ahead.copyMs : sendMs(unsentBytes + (ahead.left[0] ?? 0), link)
  const waitedMs = waitingMs + switchoverCostMs(facts)
  const mustActNow = waitedMs > slackMs && lastMomentMs <= slackMs
  if (!mustActNow) return nothing
  const nearlyTooLate = slackMs < lastMomentMs + 2000 || sample.pass <= 1
  if (!nearlyTooLate) return nothing
  if (sample.pass <= 1 && !state.postCopy.armed) return nothing
  const decision = pullLever(state, sample, situation, waitingInWords(waitedMs, slackMs))
  return decision.act?.kind === 'abort' ? nothing : decision
}

/** What waiting for a pass, or for all of them, takes beside the time that is left. */
export function waitingInWords(waitedMs: Milliseconds, slackMs: Milliseconds): string {
  const [takes, left] = toldApart(waitedMs, slackMs)
  return `waiting would take ${takes}, the deadline leaves ${left}`
}
