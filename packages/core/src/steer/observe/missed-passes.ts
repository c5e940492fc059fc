import type { Milliseconds } from '../../units.ts'
import type { Sample } from './sample.ts'
import type { SteerState } from '../state.ts'
import type { LinkEstimate } from './link-estimate.ts'

/**
 * The state of a driver that died, for the one who goes on: its knowledge holds, but the pass it was in does not, and of
 * its last act nobody knows whether QEMU heard it.
 */
export function adopt(state: SteerState): SteerState {
  const { sockets } = state.switchover
  // A stream that was limited gets its rate back, if not again.
  const wasLimited = sockets !== undefined && sockets.kind !== 'filled'
  const giveBack = { kind: 'refilling', since: 0, until: 0, bytesPerSecond: 0 } as const
  const switchover = wasLimited ? { ...state.switchover, sockets: giveBack } : state.switchover
  const told = state.deltas.toldBytesPerSecond ?? state.deltas.takenBackBytesPerSecond
  const deltas = told === undefined ? state.deltas : { ...state.deltas, toldBytesPerSecond: told }
  return { ...state, adopted: true, throttle: { ...state.throttle, capped: false }, switchover, deltas }
}

/** Looks come at most a second apart, and an event rings at each boundary. */
const gapMs: Milliseconds = 1500

/**
 * Whether passes went by unseen: this sample's remaining bytes are then some value from the middle of a pass. A gap alone says
 * nothing, for the sync of a large guest delays the answers right at a boundary.
 */
export function missedPasses(state: SteerState, sample: Sample, now: Milliseconds): boolean {
  if (state.adopted) return true
  return state.last !== null && sample.pass - state.passes.latest >= 2 && now - state.last.at > gapMs
}

/** Slowed, or about to be: QEMU's counter of passes then goes up within them, too (9.2). */
export const isThrottled = ({ throttle }: SteerState, { throttlePercent }: Sample): boolean =>
  throttle.percent !== null || throttlePercent > 0

/**
 * The times of a state that another process has written, whose clock was ahead of ours, or was set back since: what it saw last was
 * not after now. Else what began "in an hour" would be waited for until then: an abort that is made again, a deadline.
 */
function onThisClock(state: SteerState, now: Milliseconds): SteerState {
  const { stage, passes, throttle, postCopy, link, disks, schedule, last } = state
  const aheadMs = Math.max(state.startedAt, stage.since, last?.at ?? 0, ...passes.boundaries.map(({ at }) => at)) - now
  if (aheadMs <= 0) return state
  const shifted = (at: Milliseconds): Milliseconds => at - aheadMs
  const shiftedLink = ({ readings }: LinkEstimate): LinkEstimate => ({
    readings: readings.map((each) => ({ ...each, at: shifted(each.at) })),
  })
  const { failed } = throttle
  const { failedAt } = postCopy
  const timeoutActedAt = schedule?.timeoutActedAt ?? null
  return {
    ...state,
    startedAt: shifted(state.startedAt),
    stage: { ...stage, since: shifted(stage.since) },
    passes: { ...passes, boundaries: passes.boundaries.map((each) => ({ ...each, at: shifted(each.at) })) },
    link: shiftedLink(link),
    ...(disks === undefined ? {} : { disks: { ...disks, link: shiftedLink(disks.link) } }),
    throttle: failed === undefined ? throttle : { ...throttle, failed: { ...failed, at: shifted(failed.at) } },
    postCopy: failedAt === undefined ? postCopy : { ...postCopy, failedAt: shifted(failedAt) },
    ...(schedule === undefined || timeoutActedAt === null
      ? {}
      : { schedule: { ...schedule, timeoutActedAt: shifted(timeoutActedAt) } }),
  }
}

/** Goes on from the pass that is found: it is neither timed nor judged, the next boundary is the first that counts. */
export function fromThisPass(before: SteerState, sample: Sample, now: Milliseconds): SteerState {
  const state = before.adopted ? onThisClock(before, now) : before
  const { passes, switchover } = state
  return {
    ...state,
    adopted: false,
    passes: {
      ...passes,
      latest: Math.max(passes.latest, sample.pass),
      ended: isThrottled(state, sample) ? passes.ended : Math.max(passes.ended, sample.pass - 1),
      startedAt: null,
      ranMs: 0,
      syncs: 0,
      // Nobody looked, so nobody can say that there was no gain meanwhile.
      leastLeftAt: state.adopted ? now : passes.leastLeftAt,
    },
    switchover: { ...switchover, plannedStop: null },
    last: null,
  }
}
