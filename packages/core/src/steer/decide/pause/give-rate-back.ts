import { sendMs } from '../../../forecast/copying/scenario.ts'
import type { Bytes, Milliseconds } from '../../../units.ts'
import { formatBytes, formatRate, MiB } from '../../../units.ts'
import type { Sample } from '../../observe/sample.ts'
import type { Situation } from '../../observe/situation.ts'
import type { LimitedStream, SteerState } from '../../state.ts'
import { limitedStream } from '../../state.ts'
import type { Decision } from '../levers.ts'
import { mostInSockets } from './in-sockets.ts'

/** QEMU's estimate of the link is of what it sends into the sockets: filled at once they would make it several times as high. */
const refillShare = 1.25

/** Where the guest was not stopped, the stream gets its rate back, in two steps; null where nothing of it is due. */
export function giveRateBack(
  { intent, passes, switchover }: SteerState,
  { pass }: Sample,
  { remainingBytes }: Situation,
  now: Milliseconds,
): Decision | null {
  const sockets = limitedStream(switchover)
  if (sockets === null) return null
  // A clock that was set back would have it limited until then.
  const isOver = now >= sockets.until || now < sockets.since
  const writesAgain = sockets.kind === 'draining' && leftAtBoundary(passes, sockets) > mostInSockets
  if (!isOver && !writesAgain) return null
  const wanted = intent.stream?.bandwidthMiBps ?? null
  if (sockets.kind === 'draining') {
    const { bytesPerSecond } = sockets
    const rate = Math.ceil((bytesPerSecond * refillShare) / MiB)
    const mebibytesPerSecond = wanted === null ? rate : Math.min(wanted, rate)
    const until = now + sendMs(mostInSockets, bytesPerSecond * (refillShare - 1))
    const why = `the guest was not stopped, ${formatBytes(remainingBytes)} are left: the stream gets its rate back, ${formatRate(mebibytesPerSecond * MiB)} at first`
    const act = { kind: 'set-bandwidth', mebibytesPerSecond, why, numbers: { pass, mebibytesPerSecond } } as const
    return { act, why, idle: false, sockets: { kind: 'refilling', since: now, until, bytesPerSecond } }
  }
  const why = 'the stream has its rate back'
  const act = { kind: 'set-bandwidth', mebibytesPerSecond: wanted, why, numbers: { pass } } as const
  return { act, why, idle: false, sockets: { kind: 'drained' } }
}

/** What the last boundary since then left; 0 without one. */
const leftAtBoundary = ({ boundaries }: SteerState['passes'], { since }: LimitedStream): Bytes => {
  const last = boundaries.at(-1)
  return last !== undefined && last.at > since ? last.leftBytes : 0
}
