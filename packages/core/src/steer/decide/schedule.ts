import type { Schedule } from '../../schedule.ts'
import type { Milliseconds } from '../../units.ts'
import { formatDuration } from '../../units.ts'
import type { Decision } from './levers.ts'
import { abort, nothing } from './levers.ts'
import type { Sample } from '../observe/sample.ts'
import type { ScheduleProgress, SteerState } from '../state.ts'

/** Nova's monitor sleeps this long between two looks. */
const tickMs: Milliseconds = 500
/** Nova asks again at each of its looks; QEMU and libvirt need no more than this. */
const repeatMs: Milliseconds = 5000

const notBegun: ScheduleProgress = { downtimeMs: null, timeoutActedAt: null, suspended: false }

/**
 * What the schedule has for this moment, and what it will remember. In Nova's order: the timeout, then the pause. Comparisons
 * are strict, a pause is asked for only where it differs from the last one, and is remembered even where QEMU does not take it.
 */
export function decideBySchedule(
  schedule: Schedule,
  state: SteerState,
  sample: Sample,
  now: Milliseconds,
): { readonly decision: Decision; readonly scheduled: ScheduleProgress } {
  const scheduled = state.schedule ?? notBegun
  const elapsedMs = now - state.startedAt
  const due = timeoutAct(schedule, state, scheduled, sample, now)
  if (due !== null) return { decision: due, scheduled: afterTimeout(scheduled, due, now) }
  const index = schedule.pauses.findLastIndex(({ afterMs }) => elapsedMs > afterMs)
  const pause = schedule.pauses[index]
  if (pause === undefined || pause.downtimeMs === scheduled.downtimeMs) return { decision: nothing, scheduled }
  const { afterMs, downtimeMs } = pause
  const step = `step ${index} of ${schedule.pauses.length - 1} at ${formatDuration(afterMs)}`
  const why = `${schedule.name}'s schedule: ${step}: a pause of up to ${formatDuration(downtimeMs)}`
  const numbers = { pass: sample.pass, step: index, afterMs, downtimeMs, elapsedMs: Math.round(elapsedMs) }
  const decision: Decision = { act: { kind: 'set-downtime-limit', downtimeMs, why, numbers }, why, idle: false }
  return { decision, scheduled: { ...scheduled, downtimeMs } }
}

function timeoutAct(
  { name, timeoutMs, timeoutAction }: Schedule,
  { startedAt, postCopy }: SteerState,
  { timeoutActedAt, suspended, suspendFailed }: ScheduleProgress,
  sample: Sample,
  now: Milliseconds,
): Decision | null {
  const elapsedMs = now - startedAt
  if (timeoutMs === null || elapsedMs <= timeoutMs || (suspended && suspendFailed === undefined)) return null
  if (timeoutActedAt !== null && now - timeoutActedAt < repeatMs) return null
  const numbers = {
    pass: sample.pass,
    timeoutMs,
    elapsedMs: Math.round(elapsedMs),
    remainingBytes: sample.remainingBytes,
  }
  const late = `${name}'s schedule: not completed after ${formatDuration(timeoutMs)}`
  if (timeoutAction === 'abort') return abort('timeout', `${late}: aborted by its timeout`, numbers)
  if (postCopy.armed) {
    const why = `${late}: forced to complete by post-copy`
    return { act: { kind: 'start-post-copy', why, numbers }, why, idle: false }
  }
  const why = `${late}: forced to complete, the guest is paused until the rest is sent`
  return { act: { kind: 'suspend', why, numbers }, why, idle: false }
}

const afterTimeout = (
  { downtimeMs, suspended }: ScheduleProgress,
  { act }: Decision,
  now: Milliseconds,
): ScheduleProgress => ({ downtimeMs, timeoutActedAt: now, suspended: suspended || act?.kind === 'suspend' })

/** Not later than Nova would look, and right after the next moment of the schedule. */
export function lookBySchedule(
  { pauses, timeoutMs }: Schedule,
  { startedAt }: SteerState,
  lookMs: Milliseconds,
  now: Milliseconds,
): Milliseconds {
  const elapsedMs = now - startedAt
  const moments = [...pauses.map(({ afterMs }) => afterMs), timeoutMs ?? Infinity]
  const next = Math.min(...moments.filter((afterMs) => afterMs >= elapsedMs)) + 1 - elapsedMs
  return Math.max(1, Math.min(lookMs, tickMs, next))
}
