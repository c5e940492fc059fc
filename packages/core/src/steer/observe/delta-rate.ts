import { firstDeltaPass } from '../../forecast/copying/passes.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'
import type { Sample } from './sample.ts'
import { carriesDeltas, linkRate } from './situation.ts'
import type { DeltaRate, Boundary, SteerState } from '../state.ts'

/** So much of a pass of deltas shows what they carry. */
const enoughOfIt = 0.4
/** Less will do from one look to the next: what the pass before left in the socket holds up the start. */
const enoughBetweenLooks = 0.2
const leastApartMs: Milliseconds = 30
const leastTimed: Bytes = 4 * 2 ** 20
/** By which QEMU's estimate of the link may overshoot. */
const mostOverestimate = 2

interface Look {
  readonly at: Milliseconds
  readonly remainingBytes: Bytes
}

/** What the latest pass began with; null where nobody looked then, as between two drivers. */
function beganWith({ passes: { boundaries, latest } }: SteerState): Boundary | null {
  const before = boundaries.at(-1)
  return before !== undefined && before.pass === latest - 1 ? before : null
}

/** What the pass that is under way has carried in a second up to that look; null before enough of it was seen. */
function rateUpTo(look: Look, state: SteerState): BytesPerSecond | null {
  const began = beganWith(state)
  if (began === null || look.at <= began.at) return null
  const moved = began.leftBytes - look.remainingBytes
  if (moved < Math.max(leastTimed, began.leftBytes * enoughOfIt)) return null
  return (moved / (look.at - began.at)) * 1000
}

/** The same between two looks within the pass. */
function rateSince(before: SteerState['last'], look: Look, state: SteerState): BytesPerSecond | null {
  const began = beganWith(state)
  if (before === null || began === null || before.at < began.at || look.at - before.at < leastApartMs) return null
  const moved = before.remainingBytes - look.remainingBytes
  if (moved < Math.max(leastTimed, began.leftBytes * enoughBetweenLooks)) return null
  // A part says nothing of pages that change more, or go whole: no more than the link carries of what was sampled.
  const mostByLink = linkRate(state) / (state.facts.link.deltas?.wireShare.likely ?? 1)
  return Math.min(mostByLink, (moved / (look.at - before.at)) * 1000)
}

/** What deltas carry in a second by a look within a pass of them; null before that can be told. */
export function rateWithin(state: SteerState, sample: Sample, now: Milliseconds): BytesPerSecond | null {
  if (!carriesDeltas(state.facts, sample) || sample.pass !== state.passes.latest) return null
  const look = { at: now, remainingBytes: sample.remainingBytes }
  return rateUpTo(look, state) ?? rateSince(state.last, look, state)
}

/**
 * What the pass of deltas that has just ended carried in a second; null where that cannot be told. A pass that no look fell into
 * tells the least: QEMU begins the next one before everything was sent, by as much as its limit allows, which is known until it was
 * told a rate. Of a short pass that is most of it: what an earlier one showed goes on to be expected, and is not counted on.
 */
export function rateOfDeltas(state: SteerState, now: Milliseconds): DeltaRate | null {
  const { facts, passes, last, switchover, deltas } = state
  if (facts.link.deltas === undefined || passes.latest < firstDeltaPass) return null
  const byLook = last === null ? null : rateUpTo(last, state)
  if (byLook !== null) return { bytesPerSecond: byLook }
  const began = beganWith(state)
  if (began === null || now <= began.at || switchover.tried > 0) return null
  const moved = began.leftBytes - (mostOverestimate * linkRate(state) * switchover.limitMs) / 1000
  if (moved < leastTimed) return null
  const least = (moved / (now - began.at)) * 1000
  const { bytesPerSecond: known = 0 } = deltas
  return known > least ? { bytesPerSecond: known, leastBytesPerSecond: least } : { bytesPerSecond: least }
}
