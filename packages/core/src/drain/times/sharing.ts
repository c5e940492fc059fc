import { sendMs } from '../../forecast/copying/scenario.ts'
import type { PlanNumbers } from '../../plan/plan-shape.ts'
import type { Bytes } from '../../units.ts'
import { uniform } from '../../working-set/family.ts'

type Numbers = Pick<PlanNumbers, 'writeRate' | 'workingSetBytes' | 'firstPassBytes' | 'linkRate'>

/** A guest that writes at more than this share of the link is copied alone: half the link may not be enough to end. */
const writtenOfLink = 0.25
/** So is one of which sharing would have more than this share of its first pass sent again. */
const sentAgainOfPass = 0.03

/** Whether it gets the link to itself while it is copied. */
export const needsLinkAlone = (numbers: Numbers, copiesAtOnce: number): boolean =>
  // By the distinct bytes of a second: an idle guest that rewrites a few pages fast is none.
  Math.min(numbers.writeRate.likely, numbers.workingSetBytes) > numbers.linkRate.likely * writtenOfLink ||
  writtenWhileSharing(numbers, copiesAtOnce) > numbers.firstPassBytes * sentAgainOfPass

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
