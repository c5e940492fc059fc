import type { Range } from '../range.ts'
import { mapRange } from '../range.ts'
import type { DrainedGuest, DrainState } from './state.ts'
import type { PlannedMove } from './timetable.ts'
import { timetable } from './timetable.ts'

export interface DrainProgress {
  /** Seen on their destinations. Nothing else counts. */
  readonly moved: number
  readonly total: number
  readonly left: number
  /** Wall-clock milliseconds; null where it is not known, or the drain stands still. */
  readonly endsAt: Range | null
}

/** A few that landed say little of the others: so many of them count as much as the forecast. */
const confidence = 2

/** How far a drain is, and when it will end: what is left is foretold anew, corrected by how long those that landed really took. */
export function drainProgress(state: DrainState, now: number): DrainProgress {
  const { guests, limits, mode, end } = state
  const moved = guests.filter(({ stage }) => stage.kind === 'moved').length
  const left = guests.filter(({ stage }) => stage.kind === 'left').length + state.leftOut.length
  const counts = { moved, total: guests.length, left }
  if (end !== null || mode !== 'running') return { ...counts, endsAt: null }
  const factor = correction(guests)
  const { totalMs } = timetable(
    guests.flatMap((guest) => whatIsLeft(guest, factor, now)),
    limits,
  )
  const begins = Math.max(now, state.window?.opensAt ?? now)
  return { ...counts, endsAt: totalMs === null ? null : mapRange(totalMs, (ms) => begins + ms) }
}

/** A move under way goes first, and what it has behind it does not come again. */
function whatIsLeft(guest: DrainedGuest, factor: number, now: number): readonly PlannedMove[] {
  const { stage, beforeMs } = guest
  if (stage.kind !== 'waiting' && stage.kind !== 'preparing' && stage.kind !== 'moving') return []
  const copyMs = guest.copyMs === null ? null : mapRange(guest.copyMs, (ms) => ms * factor)
  if (stage.kind !== 'moving') return [{ ...guest, copyMs }]
  const passed = now - stage.since
  const copied = Math.max(0, passed - beforeMs)
  return [
    {
      ...guest,
      beforeMs: Math.max(0, beforeMs - passed),
      copyMs: copyMs === null ? null : mapRange(copyMs, (ms) => Math.max(0, ms - copied)),
      priority: underWayFirst,
    },
  ]
}

const underWayFirst = Number.MAX_SAFE_INTEGER

/** How much longer than foretold the guests took that have landed. */
function correction(guests: readonly DrainedGuest[]): number {
  let [actual, predicted, landed] = [0, 0, 0]
  for (const { stage, beforeMs, copyMs, afterMs } of guests) {
    if (stage.kind !== 'moved' || copyMs === null) continue
    actual += stage.at - stage.startedAt
    predicted += beforeMs + copyMs.likely + afterMs
    landed++
  }
  if (predicted === 0) return 1
  const weight = landed / (landed + confidence)
  return weight * (actual / predicted) + (1 - weight)
}
