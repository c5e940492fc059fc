import type { Milliseconds } from '../../units.ts'
import type { DrainedGuest } from '../state.ts'

/** The time in which a guest's memory was copied, as far as it is over. Wall-clock milliseconds. */
export interface Copy {
  readonly uuid: string
  readonly beganAt: number
  readonly untilAt: number
  readonly hasLanded: boolean
  readonly predictedMs: Milliseconds | null
  readonly from: string
  readonly to: string
}

/** Null for one that has not begun to be copied; where nobody saw when it began, after what is reckoned with for its preparation. */
export function copyOf({ uuid, from, to, stage, beforeMs, copyMs, afterMs }: DrainedGuest, now: number): Copy | null {
  const about = { uuid, from, to, predictedMs: copyMs?.likely ?? null }
  if (stage.kind === 'moved') {
    const beganAt = Math.min(stage.at, stage.copiedFrom ?? stage.startedAt + beforeMs)
    return { ...about, beganAt, untilAt: Math.max(beganAt, stage.at - afterMs), hasLanded: true }
  }
  if (stage.kind !== 'moving') return null
  const beganAt = stage.copiedFrom ?? stage.since + beforeMs
  return now <= beganAt ? null : { ...about, beganAt, untilAt: now, hasLanded: false }
}

/** What that copy would have taken so far with the link to itself: where it shared one, its part of the time. */
export function aloneMs(copy: Copy, copies: readonly Copy[]): Milliseconds {
  const others = copies.filter(
    ({ uuid, from, to, beganAt, untilAt }) =>
      uuid !== copy.uuid && (from === copy.from || to === copy.to) && beganAt < copy.untilAt && untilAt > copy.beganAt,
  )
  const changes = others.flatMap(({ beganAt, untilAt }) => [beganAt, untilAt])
  const inside = changes.filter((at) => at > copy.beganAt && at < copy.untilAt)
  const times = [copy.beganAt, ...inside, copy.untilAt].toSorted((a, b) => a - b)
  let sum = 0
  for (const [index, at] of times.entries()) {
    const next = times[index + 1]
    if (next === undefined) break
    const then = others.filter(({ beganAt, untilAt }) => beganAt <= at && untilAt > at)
    const out = then.filter(({ from }) => from === copy.from).length
    const entering = then.filter(({ to }) => to === copy.to).length
    sum += (next - at) / (1 + Math.max(out, entering))
  }
  return sum
}

/** A few that landed say little of the others: so many of them count as much as the forecast. */
const confidence = 1

/** How much longer than predicted the guests took that have landed, what they shared of their links taken into account. */
export function correction(copies: readonly Copy[]): number {
  let [actual, predicted, landed] = [0, 0, 0]
  for (const copy of copies) {
    if (!copy.hasLanded || copy.predictedMs === null) continue
    actual += aloneMs(copy, copies)
    predicted += copy.predictedMs
    landed++
  }
  if (predicted === 0) return 1
  const weight = landed / (landed + confidence)
  return weight * (actual / predicted) + (1 - weight)
}
