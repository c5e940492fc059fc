import { sendMs, surelyNonZeroBytes, switchoverCostMs } from '../../forecast/copying/scenario.ts'
import type { Bytes, BytesPerSecond } from '../../units.ts'
import type { Range } from '../../range.ts'
import { range } from '../../range.ts'
import { strategies } from '../../strategies/strategies.ts'
import type { Schedule } from '../../schedule.ts'
import { formatBytes, formatDuration, formatPercent, formatRate } from '../../units.ts'
import { distinctBytesAt } from '../../working-set/curve.ts'
import type { Sample } from '../observe/sample.ts'
import { ratesOf } from '../observe/rates.ts'
import { pagesSent } from '../observe/sample.ts'
import type { Situation } from '../observe/situation.ts'
import type { Outlook, SteerState } from '../state.ts'
import { isAboutToStop } from '../observe/about-to-stop.ts'
import { bytesAhead } from './bytes-ahead.ts'

function etaOf(state: SteerState, sample: Sample, situation: Situation): Range | null {
  const ahead = bytesAhead(state, sample, situation)
  if (ahead === null) return null
  const { facts } = state
  const { link, fastestLink, unsentBytes } = situation
  const inFirstPass = sample.pass <= 1 && sample.phase === 'active'
  const rest = inFirstPass ? unsentBytes + ahead : ahead
  const slowest = Math.min(link, facts.link.bytesPerSecond.low)
  const most = inFirstPass ? unsentBytes + mostLeft(state, situation, slowest) : 0
  const after = switchoverCostMs(facts) + facts.overheads.teardownMs
  return range(
    sendMs(leastBytes(state, sample, situation), fastestLink) + facts.overheads.switchoverMs * 0.3,
    sendMs(rest, link) + after,
    sendMs(Math.max(rest * 1.15, most), slowest) + after * 3,
  )
}

/**
 * What pass 1 may leave to a lever. It is far longer than any window that the guest was measured in, so that a good deal more than is
 * likely is possible: as much as the plan's own range has.
 */
function mostLeft({ passes }: SteerState, { ahead, curve, unsentBytes }: Situation, link: BytesPerSecond): Bytes {
  return ahead.ends ? 0 : distinctBytesAt(curve, 'high', passes.ranMs + sendMs(unsentBytes, link))
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
  if (isAboutToStop(state)) {
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
