import { wireRate } from '../../../disks/local-disks.ts'
import { sendMs } from '../../../forecast/copying/scenario.ts'
import { timeWorthOf } from '../../../intent.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../../../units.ts'
import { formatBytes, formatRate, MiB } from '../../../units.ts'
import { distinctBytesAt } from '../../../working-set/curve.ts'
import { latestWireRate } from '../../observe/link-estimate.ts'
import type { Sample } from '../../observe/sample.ts'
import type { Situation } from '../../observe/situation.ts'
import { carriesDeltas } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import type { Decision } from '../levers.ts'
import { nothing } from '../levers.ts'

/** What Linux lets a sender queue (tcp_wmem, its default). */
const senderBytes = 4 * MiB
/** A destination that takes the stream more slowly than the link carries it fills its own end, too (tcp_rmem). */
const bothBytes = 10 * MiB
const slowerThanLink = 0.8
/** A stream far below the link is held up by neither: by zero pages, which leave the sockets empty. */
const heldUp = 0.25

/** Looks come this far apart where a host is busy: begun that much earlier, and the more gently. */
const earlyMs: Milliseconds = 150
/** The rate is known by so much at best; less than a fifth of it would take long for nothing. */
const doubt = 0.9
const leastShare = 0.2
/** A guest that writes more than this of the rate would need more passes for it. */
const mostWriting = 0.25
/** Shorter than a look can tell, and than anybody would mind. */
const leastMs: Milliseconds = 30
/** What QEMU and libvirt may take longer than reckoned, before the stream gets its rate back. */
const patienceMs: Milliseconds = 500

/**
 * QEMU stops a guest that hardly writes at the end of a pass, while what it has sent waits in the sockets: the destination loads the guest's
 * devices behind that (lab, a destination that takes 45 of 114 MiB/s: 10.5 MiB, 230 ms of standing still). So the last of the pass is sent
 * so slowly that meanwhile both go through, which costs as much time as it saves the guest of its pause: x of the rate for
 * the last u bytes, where s wait: u / (u + s) = x.
 *
 * Worked example: 34 MiB/s, 4 MiB in the sender's socket, 8 MiB still to be sent: at 34 × 8 / 12 = 23 MiB/s they take 350 ms, in which all 12 go
 * through; at the full rate 235 ms, and then the guest stands still for the other 118.
 *
 * @returns null where the other rules are to decide
 */
export function drainSockets(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  now: Milliseconds,
): Decision | null {
  const { sockets } = state.switchover
  if (sockets?.kind === 'draining') {
    // A clock that was set back would have it drained until then.
    const isOver = now >= sockets.until || now < sockets.since
    return isOver || writesAgain(state, situation, now) ? giveBack(state, sample) : nothing
  }
  const drain = drainable(state, sample, situation)
  if (drain === null || drain.untilMs > 0) return null
  const unsentBytes = situation.unsentBytes * situation.wireShare
  const share = Math.max(leastShare, (unsentBytes / (unsentBytes + drain.socketBytes)) * doubt)
  const mebibytesPerSecond = Math.max(1, Math.floor((drain.bytesPerSecond * share) / MiB))
  const lastsMs = sendMs(unsentBytes, mebibytesPerSecond * MiB)
  const why = `${formatBytes(situation.unsentBytes)} are left of what is the last pass: sent at ${formatRate(mebibytesPerSecond * MiB)}, what waits in the sockets goes through before the guest is stopped`
  const numbers = {
    pass: sample.pass,
    unsentBytes: situation.unsentBytes,
    inSocketsBytes: drain.socketBytes,
    linkBytesPerSecond: Math.round(drain.bytesPerSecond),
    mebibytesPerSecond,
  }
  return {
    act: { kind: 'set-bandwidth', mebibytesPerSecond, why, numbers },
    why,
    idle: false,
    sockets: { kind: 'draining', since: now, until: now + lastsMs + patienceMs },
  }
}

/** How long until the sockets are to be drained; Infinity where they are not. */
export function untilDrainMs(state: SteerState, sample: Sample, situation: Situation): Milliseconds {
  return drainable(state, sample, situation)?.untilMs ?? Infinity
}

interface Drain {
  readonly untilMs: Milliseconds
  readonly socketBytes: Bytes
  /** What goes through, on the wire. */
  readonly bytesPerSecond: BytesPerSecond
}

/** Null where nothing is to be drained in this pass: QEMU does not stop the guest at its end by itself, or it is not worth it. */
function drainable(state: SteerState, sample: Sample, situation: Situation): Drain | null {
  const { switchover, stage, intent, facts, throttle } = state
  if (switchover.sockets?.kind !== 'filled' || stage.name !== 'copying' || sample.phase !== 'active') return null
  if (intent.stream?.bandwidthMiBps !== undefined) return null
  if (throttle.percent !== null || sample.throttlePercent > 0 || carriesDeltas(facts, sample)) return null
  const { ahead, link, wireShare, curve, slackMs } = situation
  if (!ahead.ends) return null
  const wireLink = wireRate(facts.link).likely
  const bySender = latestWireRate(state.link, senderBytes)
  if (bySender === null || bySender < wireLink * heldUp) return null
  const socketBytes = bySender < wireLink * slowerThanLink ? bothBytes : senderBytes
  const bytesPerSecond = latestWireRate(state.link, socketBytes)
  if (bytesPerSecond === null) return null
  const savedMs = sendMs(socketBytes, bytesPerSecond)
  const writes = distinctBytesAt(curve, 'likely', savedMs) / socketBytes
  if (savedMs < leastMs || writes > mostWriting || 1 - writes < timeWorthOf(intent)) return null
  const passMs = state.passes.ranMs + sendMs(situation.unsentBytes * wireShare, bytesPerSecond) + savedMs
  // More than QEMU stops it for: another pass follows.
  if (distinctBytesAt(curve, 'likely', passMs) > (bytesPerSecond * switchover.limitMs) / 1000) return null
  // Twice: a deadline is not missed for it.
  if (sendMs(situation.unsentBytes, link) + 2 * savedMs > slackMs) return null
  const beforeMs = sendMs(Math.max(0, situation.unsentBytes * wireShare - socketBytes), bytesPerSecond)
  return { untilMs: Math.max(0, beforeMs - earlyMs), socketBytes, bytesPerSecond }
}

/** More is left at the end of a pass than was to be sent in it: the guest has begun to write, and is not stopped yet. */
const writesAgain = ({ passes }: SteerState, { remainingBytes }: Situation, now: Milliseconds): boolean =>
  passes.boundaries.at(-1)?.at === now && remainingBytes > bothBytes

function giveBack({ intent }: SteerState, { pass }: Sample): Decision {
  const mebibytesPerSecond = intent.stream?.bandwidthMiBps ?? null
  const why = 'the guest was not stopped: the stream gets its rate back'
  const act = { kind: 'set-bandwidth', mebibytesPerSecond, why, numbers: { pass } } as const
  return { act, why, idle: false, sockets: { kind: 'drained' } }
}
