import type { DrainedGuest, DrainState } from '@landfall/core'
import { timetable } from '@landfall/core'

/** From and to, in wall-clock milliseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A guest of a drain on its axis of time: where it was predicted, and where it is or was. */
export interface Bar {
  readonly guest: DrainedGuest
  readonly predicted: Span | null
  readonly actual: Span | null
}

export interface Bars {
  readonly bars: readonly Bar[]
  /** What the axis shows. */
  readonly axis: Span
}

/** Every guest's bars, in the order in which they were predicted to start. Pure. */
export function barsOf(state: DrainState, now: number): Bars {
  const { guests, limits, beganAt, end, window } = state
  // Nothing is started before a window opens.
  const startsAt = Math.max(beganAt, window?.opensAt ?? beganAt)
  const times = new Map(timetable(guests, limits).moves.map((move) => [move.uuid, move]))
  const bars = guests
    .map((guest): Bar => {
      const time = times.get(guest.uuid)
      const predicted =
        time === undefined ? null : { from: startsAt + time.startMs.likely, to: startsAt + time.endMs.likely }
      return { guest, predicted, actual: actualOf(guest, now) }
    })
    .toSorted((one, other) => (one.predicted?.from ?? Infinity) - (other.predicted?.from ?? Infinity))
  const ends = bars.flatMap(({ predicted, actual }) => [predicted?.to ?? 0, actual?.to ?? 0])
  return { bars, axis: { from: beganAt, to: Math.max(beganAt + 1000, end?.at ?? now, ...ends) } }
}

function actualOf({ stage }: DrainedGuest, now: number): Span | null {
  switch (stage.kind) {
    case 'preparing':
    case 'moving':
      return { from: stage.since, to: Math.max(stage.since, now) }
    case 'moved':
      return { from: stage.startedAt, to: stage.at }
    case 'waiting':
    case 'gone':
    case 'left':
      return null
  }
}

/** Where a span lies on an axis, in per cent of it. */
export function placeOn(axis: Span, { from, to }: Span): { readonly left: number; readonly width: number } {
  const length = Math.max(1, axis.to - axis.from)
  const share = (at: number): number => Math.min(100, Math.max(0, ((at - axis.from) / length) * 100))
  return { left: share(from), width: Math.max(0.4, share(to) - share(from)) }
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const steps = [1, 2, 5, 10, 20, 30]
  .flatMap((count) => [second, minute, hour].map((unit) => count * unit))
  .toSorted((a, b) => a - b)
const mostTicks = 5

/** Round times since its beginning that mark an axis: at most five behind 0, none at its very end. Pure. */
export function ticksOf(axis: Span): readonly number[] {
  const length = axis.to - axis.from
  const step = steps.find((each) => length / each <= mostTicks) ?? Math.ceil(length / mostTicks / hour) * hour
  return Array.from({ length: Math.ceil((length * 0.95) / step) }, (_, index) => index * step)
}
