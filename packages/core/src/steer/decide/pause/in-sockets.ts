import { wireRate } from '../../../disks/local-disks.ts'
import type { Bytes, BytesPerSecond } from '../../../units.ts'
import { MiB } from '../../../units.ts'
import { latestWireRate } from '../../observe/link-estimate.ts'
import type { SteerState } from '../../state.ts'

/** What Linux lets a sender queue (tcp_wmem, its default). */
const senderBytes = 4 * MiB
/** A destination that takes the stream more slowly than the link carries it fills its own end, too (tcp_rmem). */
export const bothBytes = 10 * MiB
const slowerThanLink = 0.8
/** A stream far below the link is held up by neither: by zero pages, which leave the sockets empty. */
const heldUp = 0.25

export interface InSockets {
  /** On the wire. */
  readonly socketBytes: Bytes
  /** What goes through. */
  readonly bytesPerSecond: BytesPerSecond
}

/** What waits in the sockets, and how fast it goes through, as the last second showed; null where it has not, or nothing waits. */
export function inSockets({ link, facts }: SteerState): InSockets | null {
  const { low, likely } = wireRate(facts.link)
  const bySender = latestWireRate(link, senderBytes)
  if (bySender === null || bySender < low * heldUp) return null
  // A link that an earlier migration showed may have been its destination.
  const isAsFast = facts.link.source === 'configured' && bySender >= likely * slowerThanLink
  const socketBytes = isAsFast ? senderBytes : bothBytes
  const bytesPerSecond = latestWireRate(link, socketBytes)
  return bytesPerSecond === null ? null : { socketBytes, bytesPerSecond }
}
