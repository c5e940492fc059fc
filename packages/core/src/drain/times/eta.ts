import type { Range } from '../../range.ts'
import { mapRange } from '../../range.ts'
import type { Copy } from './copies.ts'
import { aloneMs, copyOf, correction } from './copies.ts'
import { preparation } from './preparation.ts'
import type { DrainedGuest, DrainState } from '../state.ts'
import type { MoveUnderWay } from './timetable.ts'
import { timetable } from './timetable.ts'

export interface DrainProgress {
  /** Seen on their destinations. Nothing else counts. */
  readonly moved: number
  readonly total: number
  readonly left: number
  /** Wall-clock milliseconds; null where it is not known, or the drain stands still. */
  readonly endsAt: Range | null
}

/** How far a drain is, and when it will end: what is left is foretold anew, corrected by how long those that landed, and
 * the preparation of those that began, really took. */
export function drainProgress(state: DrainState, now: number): DrainProgress {
  const { limits, mode, end } = state
  const preparationOf = preparation(state.guests)
  const guests = state.guests.map((guest) => ({ ...guest, beforeMs: preparationOf(guest.beforeMs) }))
  const moved = guests.filter(({ stage }) => stage.kind === 'moved').length
  const left = guests.filter(({ stage }) => stage.kind === 'left').length + state.leftOut.length
  const counts = { moved, total: guests.length, left }
  if (end !== null || mode !== 'running') return { ...counts, endsAt: null }
  const copies = guests.flatMap((guest) => copyOf(guest, now) ?? [])
  const factor = correction(copies)
  const corrected = guests.map((guest) => ({ ...guest, copyMs: longer(guest.copyMs, factor) }))
  const { totalMs } = timetable(
    corrected.filter(({ stage }) => stage.kind === 'waiting' || stage.kind === 'preparing'),
    limits,
    corrected.flatMap((guest) => whatIsLeft(guest, copies, now)),
  )
  const begins = Math.max(now, state.window?.opensAt ?? now)
  return { ...counts, endsAt: totalMs === null ? null : mapRange(totalMs, (ms) => begins + ms) }
}

const longer = (copyMs: Range | null, factor: number): Range | null =>
  copyMs === null ? null : mapRange(copyMs, (ms) => ms * factor)

/** What a move under way has behind it does not come again. */
function whatIsLeft(guest: DrainedGuest, copies: readonly Copy[], now: number): readonly MoveUnderWay[] {
  const { stage, beforeMs, copyMs } = guest
  if (stage.kind !== 'moving') return []
  const copied = copiedMs(guest, copies)
  return [
    {
      ...guest,
      beforeMs: stage.copiedFrom === undefined ? Math.max(0, beforeMs - (now - stage.since)) : 0,
      copyMs: copyMs === null ? null : mapRange(copyMs, (ms) => Math.max(0, ms - copied)),
      preparedInMs: beforeMs,
    },
  ]
}

function copiedMs({ uuid }: DrainedGuest, copies: readonly Copy[]): number {
  const copy = copies.find((each) => each.uuid === uuid)
  return copy === undefined ? 0 : aloneMs(copy, copies)
}
