import type { Intent } from '../../intent.ts'
import { withValueOf } from '../../settings/setting.ts'
import { settings } from '../../settings/settings.ts'
import type { Milliseconds } from '../../units.ts'
import type { Act, SteerState, SwitchoverState } from '../state.ts'
import { limitedStream } from '../state.ts'

/** A monitor that fails again and again is asked ever more seldom: after 5 s, 10 s, 15 s … */
const retryMs: Milliseconds = 5000

/** A stream that is still slowed down costs time only. */
const limitRetryMs: Milliseconds = 1000

/** A request to start post-copy that shows no effect for this long, or has failed, is made again at the next boundary. */
const postCopyPatienceMs: Milliseconds = 5000

/**
 * An act did not work, whatever the state took for granted. QEMU's limit is read again with the next sample, and the other
 * levers are pulled again at a boundary; only of the throttle, and of a limit on the stream, nobody would ever know. Of post-copy
 * that fails nothing is expected any more: meanwhile deadline and limits hold as before.
 *
 * @param before the state that the act was decided in
 */
export function afterFailure(state: SteerState, before: SteerState, act: Act, now: Milliseconds): SteerState {
  if (act.kind === 'set-bandwidth') {
    const { link } = before.facts
    const intent = withBandwidthOf(state.intent, before.intent)
    const switchover = { ...state.switchover, ...afterFailedLimit(state.switchover, before.switchover, now) }
    return { ...state, facts: { ...state.facts, link }, intent, switchover }
  }
  if (act.kind === 'set-downtime-limit') {
    // Of the rate that QEMU goes by nobody would ever know: the higher one lets it stop the guest sooner, and is taken back.
    const told = [before, state].flatMap(({ deltas }) => deltas.toldBytesPerSecond ?? [])
    if (told.length === 0) return state
    return { ...state, deltas: { ...state.deltas, toldBytesPerSecond: Math.max(...told) } }
  }
  if (act.kind === 'start-post-copy')
    return { ...state, stage: before.stage, postCopy: { ...state.postCopy, failedAt: now } }
  // It may stand still all the same: it is asked again, and resumed like one that does.
  if (act.kind === 'suspend' && state.schedule !== undefined)
    return { ...state, schedule: { ...state.schedule, suspendFailed: true } }
  if (act.kind !== 'set-throttle') return state
  const { percent, capped } = before.throttle
  const times = (state.throttle.failed?.times ?? 0) + 1
  return { ...state, throttle: { percent, capped, failed: { at: now, times } } }
}

/** A stream that could not be slowed down may be slow all the same; one that could not be given its rate back is, and it is tried again. */
function afterFailedLimit(
  { sockets }: SwitchoverState,
  before: SwitchoverState,
  now: Milliseconds,
): Pick<SwitchoverState, 'sockets'> {
  const limited = limitedStream(before)
  const asked = limited === null ? sockets : { ...limited, until: now + limitRetryMs }
  return asked === undefined ? {} : { sockets: asked }
}

/** The same as wanted, with the limit on the stream that the other one has: asked for again, it is a change again. */
export const withBandwidthOf = (intent: Intent, other: Intent): Intent => withValueOf(settings.bandwidth, intent, other)

/**
 * Whether QEMU may be switching to post-copy just now without that being seen yet: an abort in that moment would start the guest on its
 * source again while its newest memory is on the destination (migrate_cancel, which older QEMUs take in post-copy, too).
 */
export function mayBeSwitching({ stage }: SteerState, now: Milliseconds): boolean {
  return stage.name === 'post-copy-asked' && now - stage.since < postCopyPatienceMs
}

/** Whether a request to start post-copy has failed so lately that no other lever is pulled instead of it, nor that one again. */
export function postCopyFailedLately({ postCopy: { failedAt } }: SteerState, now: Milliseconds): boolean {
  return failedAt !== undefined && now - failedAt < postCopyPatienceMs
}

/** Whether the monitor has failed so lately that it is left alone for a while. */
export function throttleFailedLately({ throttle: { failed } }: SteerState, now: Milliseconds): boolean {
  return failed !== undefined && now - failed.at < retryMs * failed.times
}
