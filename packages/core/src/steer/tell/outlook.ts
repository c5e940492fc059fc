import { firstDeltaPass } from '../../forecast/copying/passes.ts'
import { sendMs, surelyNonZeroBytes, switchoverCostMs } from '../../forecast/copying/scenario.ts'
import type { Bytes } from '../../units.ts'
import type { Range } from '../../range.ts'
import { range } from '../../range.ts'
import { strategies } from '../../strategies/strategies.ts'
import type { Schedule } from '../../schedule.ts'
import { formatBytes, formatDuration, formatPercent, formatRate } from '../../units.ts'
import { distinctBytesAt } from '../../working-set/curve.ts'
import type { Sample } from '../observe/sample.ts'
import { disksShare } from '../observe/disks-share.ts'
import { ratesOf } from '../observe/rates.ts'
import { pagesSent } from '../observe/sample.ts'
import type { Situation } from '../observe/situation.ts'
import type { Outlook, PlannedStop, SteerState } from '../state.ts'

/** Nothing short of `completed` is all of it. */
const almost = 0.99

/** How far along: pages of the first pass, then bytes against the bytes that are still expected. */
export function progressOf(state: SteerState, sample: Sample, situation: Situation): number {
  const { facts } = state
  const expected = bytesAhead(state, sample, situation)
  if (expected === null) return state.progress
  const now =
    sample.pass <= 1 && sample.phase === 'active'
      ? (facts.memoryBytes - Math.min(facts.memoryBytes, sample.remainingBytes)) / (facts.memoryBytes + expected)
      : pagesSent(sample) / Math.max(1, pagesSent(sample) + expected)
  // Local disks were copied before: what they took is done.
  const share = disksShare(state)
  return Math.max(state.progress, Math.min(almost, share + (1 - share) * now))
}

/** Passes that shrink as slowly as that are more likely a plateau, which the end of this pass will show. */
const manyTimes = 2.5

/** Bytes still to be sent by the way that is expected; null when no end is in sight. In pass 1: those after it. */
function bytesAhead(state: SteerState, sample: Sample, situation: Situation): number | null {
  const { ahead, remainingBytes } = situation
  const decided = state.stage.name === 'switching-over' || state.stage.name === 'post-copy-asked'
  if (sample.phase === 'post-copy' || sample.phase === 'switchover' || decided) return remainingBytes
  const next = (ahead.left[0] ?? 0) * nextPassShare(state, sample, situation)
  if (sample.pass <= 1) return ahead.ends ? Math.max(0, ahead.bytes - remainingBytes) : next
  if (state.switchover.plannedStop !== null) return untilStop(state.switchover.plannedStop, state, situation)
  const withLever = remainingBytes + next
  if (ahead.ends && ahead.bytes <= manyTimes * withLever) return ahead.bytes
  // As likely as not the next quiet phase comes in the pass after this one.
  if (state.waiting.quietAwaited > 0) return 2 * remainingBytes
  if (state.throttle.percent !== null) return remainingBytes
  // Nothing is decided before the end of this pass; then what it leaves follows.
  const pauseMs = sendMs(next, situation.link * situation.wireShare) + switchoverCostMs(state.facts)
  const leverAtHand =
    state.postCopy.armed || strategies[state.strategy].comes !== 'by-itself' || pauseMs <= state.intent.maxPauseMs
  return leverAtHand ? withLever : ahead.ends ? ahead.bytes : null
}

/** What the next pass sends goes as deltas from pass 3 on: so much less of the link's time. */
function nextPassShare({ facts }: SteerState, { pass }: Sample, { pageLink }: Situation): number {
  const { deltas } = facts.link
  return deltas === undefined || pass !== firstDeltaPass - 1 ? 1 : pageLink / deltas.bytesPerSecond.likely
}

function untilStop({ at, leftBytes }: PlannedStop, { last }: SteerState, { link }: Situation): Bytes {
  return (Math.max(0, at - (last?.at ?? at)) * link) / 1000 + leftBytes
}

function etaOf(state: SteerState, sample: Sample, situation: Situation): Range | null {
  const ahead = bytesAhead(state, sample, situation)
  if (ahead === null) return null
  const { facts } = state
  const { link, fastestLink, remainingBytes } = situation
  const rest = sample.pass <= 1 && sample.phase === 'active' ? remainingBytes + ahead : ahead
  const after = switchoverCostMs(facts) + facts.overheads.teardownMs
  return range(
    sendMs(leastBytes(state, sample, situation), fastestLink) + facts.overheads.switchoverMs * 0.3,
    sendMs(rest, link) + after,
    sendMs(rest * 1.15, Math.min(link, facts.link.bytesPerSecond.low)) + after * 3,
  )
}

/** What has to be sent at least. In pass 1 what remains may turn out to be zero pages. */
function leastBytes(
  state: SteerState,
  sample: Sample,
  { remainingBytes, curve, ahead, fastestLink }: Situation,
): Bytes {
  if (sample.pass > 1 || sample.phase !== 'active') return remainingBytes
  const { facts } = state
  const written = distinctBytesAt(curve, 'low', 60_000)
  const firstPass = Math.max(written, surelyNonZeroBytes(facts))
  const tail = ahead.ends ? 0 : distinctBytesAt(curve, 'low', sendMs(firstPass, fastestLink))
  return Math.max(0, firstPass - pagesSent(sample)) + tail
}

function lineOf(state: SteerState, sample: Sample, situation: Situation): string {
  const { remainingBytes, ahead, link } = situation
  const pass = Math.max(1, sample.pass)
  switch (sample.phase) {
    case 'copying-disks':
      return state.stage.name === 'aborting' ? 'aborting; the guest stays on the source' : 'copying local disks'
    case 'preparing':
      return 'preparing the destination'
    case 'switchover':
      // In a switch to post-copy it stands still only until its state is over there; its memory follows while it runs.
      if (state.stage.name === 'post-copy-asked') {
        const follows = `${formatBytes(remainingBytes)} follow at ${formatRate(link)}`
        return `switching to post-copy: the guest is paused until it runs on the destination; ${follows}`
      }
      return `the guest is paused while the last ${formatBytes(remainingBytes)} are sent at ${formatRate(link)}`
    case 'post-copy':
      return `the guest runs on the destination; ${formatBytes(remainingBytes)} follow at ${formatRate(link)}`
    case 'post-copy-failed':
      return `post-copy is broken with ${formatBytes(remainingBytes)} to go: both hosts keep their part until it is resumed`
    case 'completed':
      return 'completed'
    case 'failed':
      return 'failed'
    case 'cancelled':
      return 'aborted; the guest runs on the source'
    case 'active':
      break
  }
  if (state.stage.name === 'aborting') return 'aborting; the guest stays on the source'
  if (state.stage.name === 'post-copy-asked') return 'switching to post-copy'
  if (state.stage.name === 'switching-over') {
    return `stopping the guest for the last ${formatBytes(remainingBytes)} (limit ${formatDuration(state.switchover.limitMs)})`
  }
  if (ahead.ends) return `pass ${pass}: ${formatBytes(remainingBytes)} to go, converging: ${ratesOf(situation)}`
  const throttle = sample.throttlePercent > 0 ? `, throttled by ${formatPercent(sample.throttlePercent)}` : ''
  const undecided = strategies[state.strategy].comes === 'by-itself' && state.passes.ended < 2
  return `${undecided ? 'may' : 'will'} not converge${throttle}: ${ratesOf(situation)}; ${intention(state, pass)}`
}

function intention(state: SteerState, pass: number): string {
  const { schedule } = state.intent
  if (schedule !== undefined) return scheduledEnd(schedule)

  const at = `at the end of pass ${pass}`
  const { expects } = strategies[state.strategy]
  if (expects !== undefined) return `${expects} ${at}`
  if (state.throttle.percent !== null) return `the guest is throttled by ${state.throttle.percent} % from pass 3 on`
  if (state.postCopy.armed) return `switching to post-copy ${at}`
  return `decision ${at}`
}

function scheduledEnd({ name, timeoutMs, timeoutAction }: Schedule): string {
  if (timeoutMs === null) return `${name}'s schedule has no timeout`
  const action = timeoutAction === 'abort' ? 'aborts it' : 'forces its end'
  return `${name}'s timeout ${action} after ${formatDuration(timeoutMs)}`
}

export function outlookOf(state: SteerState, sample: Sample, situation: Situation): Outlook {
  const over = sample.phase === 'completed' || sample.phase === 'failed' || sample.phase === 'cancelled'
  const waiting =
    sample.phase === 'preparing' || sample.phase === 'copying-disks' || sample.phase === 'post-copy-failed'
  return {
    etaMs: over || waiting || state.stage.name === 'aborting' ? null : etaOf(state, sample, situation),
    progress: state.progress,
    line: lineOf(state, sample, situation),
  }
}
