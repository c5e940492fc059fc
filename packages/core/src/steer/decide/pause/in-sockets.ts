import { diskFlow, wireRate } from '../../../disks/local-disks.ts'
import type { BytesPerSecond } from '../../../units.ts'
import { MiB } from '../../../units.ts'
import { latestWireRate } from '../../observe/link-estimate.ts'
import type { SteerState } from '../../state.ts'

/** What Linux lets a sender and a receiver queue between them by default (tcp_wmem 4 MiB, tcp_rmem 6 MiB). */
export const mostInSockets = 10 * MiB
/** Where the destination takes the stream as fast as the link carries it, its socket is empty, and little waits in the sender's. */
const slowerThanLink = 0.8
/** A stream so far below the link is held up by zero pages, and its sockets are empty. */
const heldUp = 0.25

/**
 * How fast goes through what waits in the sockets because the destination takes it more slowly than the link carries it, as the last second
 * showed, on the wire; null where that is not so, or not known: a link that nobody stated was seen by its destination's speed, if at all.
 */
export function rateThroughSockets({ link, facts }: SteerState): BytesPerSecond | null {
  if (facts.link.source !== 'configured') return null
  const bytesPerSecond = latestWireRate(link, mostInSockets)
  if (bytesPerSecond === null) return null
  // Local disks have their share of the link.
  const ofLink = bytesPerSecond / diskFlow(facts, 'likely', wireRate(facts.link).likely).memoryLink
  return ofLink < heldUp || ofLink > slowerThanLink ? null : bytesPerSecond
}
