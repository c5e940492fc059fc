import { sendMs } from '../../forecast/copying/scenario.ts'
import type { PlanNumbers } from '../../plan/plan-shape.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'
import { uniform } from '../../working-set/family.ts'

type Numbers = Pick<PlanNumbers, 'writeRate' | 'workingSetBytes' | 'firstPassBytes' | 'linkRate'>

/** A guest that writes at more than this share of the link is copied alone: half the link may not be enough to end. */
const writtenOfLink = 0.25
/** So is one of which sharing would have more than this share of its first pass sent again. */
const sentAgainOfPass = 0.03

/** A link of which one migration carries this share is full with it: a second one makes both slower. */
const fullShare = 0.7
/** Of a copy that takes so many times its preparation the next is prepared in good time, and no link waits. */
const longCopy = 4

export interface MoveOnLink {
  /** Of the faster of its two links, as they are stated; null where nobody has: one migration may not fill it. */
  readonly linkBytesPerSecond: BytesPerSecond | null
  readonly preparationMs: Milliseconds
}

/**
 * Whether it gets the link to itself while it is copied. What a guest was measured to write is too little where many of them shared
 * a few cores just then, so that long copies go one at a time whatever that was.
 */
export function needsLinkAlone(numbers: Numbers, copiesAtOnce: number, move: MoveOnLink): boolean {
  const { writeRate, workingSetBytes, firstPassBytes, linkRate } = numbers
  // By the distinct bytes of a second: an idle guest that rewrites a few pages fast is none.
  if (Math.min(writeRate.likely, workingSetBytes) > linkRate.likely * writtenOfLink) return true
  if (copiesAtOnce === 1) return false
  if (writtenWhileSharing(numbers, copiesAtOnce) > firstPassBytes * sentAgainOfPass) return true
  const { linkBytesPerSecond, preparationMs } = move
  const fillsLink = linkBytesPerSecond !== null && linkRate.likely >= linkBytesPerSecond * fullShare
  return fillsLink && sendMs(firstPassBytes, linkRate.likely) >= preparationMs * longCopy
}

/**
 * What has to be sent more of a guest whose copy shares the link: its first pass takes so many times as long, and it writes all the
 * while.
 *
 * Worked example: 512 MiB over 46 MiB/s take 11 s, in which a guest that rewrites 128 MiB at 6 MiB/s has written 52 MiB. Where another
 * copy takes half of the link they take 22 s, and it has written 82 MiB: 30 MiB more.
 */
export function writtenWhileSharing(
  { writeRate, workingSetBytes, firstPassBytes, linkRate }: Numbers,
  copiesAtOnce: number,
): Bytes {
  if (!(workingSetBytes > 0)) return 0
  const passMs = sendMs(firstPassBytes, linkRate.likely)
  const written = uniform(workingSetBytes, writeRate.likely / workingSetBytes / 1000, 0, Infinity)
  return written(passMs * copiesAtOnce) - written(passMs)
}
