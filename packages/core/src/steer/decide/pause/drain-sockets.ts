import { sendMs, switchoverCostMs } from '../../../forecast/copying/scenario.ts'
import { timeWorthOf } from '../../../intent.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../../../units.ts'
import { formatBytes, formatRate, MiB } from '../../../units.ts'
import { distinctBytesAt } from '../../../working-set/curve.ts'
import type { Sample } from '../../observe/sample.ts'
import type { Situation } from '../../observe/situation.ts'
import { carriesDeltas } from '../../observe/situation.ts'
import type { SteerState } from '../../state.ts'
import { limitedStream } from '../../state.ts'
import type { Decision } from '../levers.ts'
import { mostInSockets, rateThroughSockets } from './in-sockets.ts'

/** Looks come this far apart where a host is busy: begun that much earlier, and the more gently. */
const earlyMs: Milliseconds = 150
/** Zero pages take no time: of what remains in pass 1 this much, as a multiple of what is to be sent, may be such. */
const mostOfPass = 2
/** The rate is not known better. */
const doubt = 0.9
/** More slowly it would take long for nothing. */
const leastShare = 0.2
/** libvirt takes whole MiB in a second: of less than this they are too coarse. */
const leastLimit = 4 * MiB
/** A guest that writes more than this of the rate would need more passes for it. */
const mostWriting = 0.25
/** Shorter than a look can tell, and than anybody would mind. */
const leastMs: Milliseconds = 30
/** What QEMU and libvirt may take longer than reckoned, before the stream gets its rate back. */
const patienceMs: Milliseconds = 500

/**
 * QEMU stops a guest that hardly writes at the end of a pass, while what it has sent waits in the sockets of a destination that is slower than the
 * link: it loads the guest's devices behind that (lab, 45 of 114 MiB/s: 10.5 MiB, 230 ms of standing still). So the last of the pass is sent
 * so slowly that meanwhile both go through, which costs about as much time as it saves the guest of its pause: x of the rate for
 * the last u bytes, where s wait: u / (u + s) = x, and a tenth less, since the rate is not known better.
 *
 * Worked example: 45 MiB/s, 10 MiB in the sockets, 15 MiB still to be sent before QEMU stops the guest: at 0.9 × 45 × 15 / 25 = 24 MiB/s they take
 * 625 ms, in which all 25 go through; at the full rate 333 ms, and then the guest stands still for 222 more.
 */
export function drainSockets(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  now: Milliseconds,
): Decision | null {
  const drain = drainable(state, sample, situation)
  if (drain === null || drain.untilMs > 0) return null
  const { bytesPerSecond, lastBytes } = drain
  const share = Math.max(leastShare, (lastBytes / (lastBytes + mostInSockets)) * doubt)
  if (bytesPerSecond * share < leastLimit) return null
  const mebibytesPerSecond = Math.floor((bytesPerSecond * share) / MiB)
  const until = now + sendMs(lastBytes, mebibytesPerSecond * MiB) + patienceMs
  const why = `${formatBytes(situation.unsentBytes)} are left of what is the last pass: sent at ${formatRate(mebibytesPerSecond * MiB)}, what waits in the sockets goes through before the guest is stopped`
  const numbers = {
    pass: sample.pass,
    unsentBytes: situation.unsentBytes,
    inSocketsBytes: mostInSockets,
    linkBytesPerSecond: Math.round(bytesPerSecond),
    mebibytesPerSecond,
  }
  return {
    act: { kind: 'set-bandwidth', mebibytesPerSecond, why, numbers },
    why,
    idle: false,
    sockets: { kind: 'draining', since: now, until, bytesPerSecond },
  }
}

/** How long until the stream's rate is to be changed; Infinity where it is not. */
export function untilRateChangesMs(
  state: SteerState,
  sample: Sample,
  situation: Situation,
  now: Milliseconds,
): Milliseconds {
  const limited = limitedStream(state.switchover)
  if (limited !== null) return limited.until - now
  return drainable(state, sample, situation)?.untilMs ?? Infinity
}

interface Drain {
  readonly untilMs: Milliseconds
  /** On the wire: what is sent before QEMU stops the guest. */
  readonly lastBytes: Bytes
  /** What goes through. */
  readonly bytesPerSecond: BytesPerSecond
}

/** Null where nothing is to be drained in this pass: QEMU does not stop the guest at its end by itself, or it is not worth it. */
function drainable(state: SteerState, sample: Sample, situation: Situation): Drain | null {
  const { switchover, stage, intent, facts, throttle } = state
  if (switchover.sockets?.kind !== 'filled' || stage.name !== 'copying' || sample.phase !== 'active') return null
  if (intent.stream?.bandwidthMiBps !== undefined) return null
  if (throttle.percent !== null || sample.throttlePercent > 0 || carriesDeltas(facts, sample)) return null
  const { ahead, link, wireShare, curve, slackMs, unsentBytes } = situation
  if (!ahead.ends || unsentBytes <= 0) return null
  const bytesPerSecond = rateThroughSockets(state)
  if (bytesPerSecond === null) return null
  const savedMs = sendMs(mostInSockets, bytesPerSecond)
  const writes = distinctBytesAt(curve, 'likely', savedMs) / mostInSockets
  if (savedMs < leastMs || writes > mostWriting || 1 - writes < timeWorthOf(intent)) return null
  // QEMU stops the guest with this much left, and with so much less the more slowly it sends.
  const stopBytes = (bytesPerSecond * switchover.limitMs) / 1000
  const passMs = state.passes.ranMs + sendMs(unsentBytes * wireShare, bytesPerSecond) + savedMs
  if (distinctBytesAt(curve, 'likely', passMs) * wireShare > stopBytes / 2) return null
  const mostMs = sendMs(unsentBytes, link) + 2 * savedMs + patienceMs + switchoverCostMs(facts)
  if (mostMs > slackMs) return null
  const lastBytes = Math.max(0, unsentBytes * wireShare - stopBytes)
  const windowBytes = mostInSockets + (bytesPerSecond * earlyMs) / 1000
  // In pass 1 the plan says how much of what remains is zero: it may be wrong by more than all that is to be sent here.
  if (sample.remainingBytes * wireShare - stopBytes > mostOfPass * windowBytes) return null
  return {
    untilMs: sendMs(Math.max(0, lastBytes - windowBytes), bytesPerSecond),
    lastBytes,
    bytesPerSecond,
  }
}
