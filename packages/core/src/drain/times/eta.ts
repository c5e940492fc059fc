import type { Range } from '../../range.ts'
import { mapRange, range } from '../../range.ts'
import type { Copy } from './copies.ts'
import { aloneMs, copyOf, correction } from './copies.ts'
import { preparation } from './preparation.ts'
import type { DrainedGuest, DrainState } from '../state.ts'
import type { TimeWindow } from '../plan-drain.ts'
import { endsInWindow } from '../step/window.ts'
import type { MoveUnderWay, PlannedMove } from './timetable.ts'
import { timetable } from './timetable.ts'

export interface DrainProgress {
  /** Seen on their destinations. Nothing else counts. */
  readonly moved: number
  readonly total: number
  readonly left: number
  /** Wall-clock milliseconds; null where it is not known, or the drain stands still. */
  readonly endsAt: Range | null
}

/** How far a drain is, and when it will end: what is left is predicted anew, corrected by how long those that landed, and
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
  const begins = Math.max(now, state.window?.opensAt ?? now)
  // By the same figures by which they are launched.
  const fitting = new Set(state.guests.flatMap((guest) => (endsInWindow(state, guest, begins) ? [guest.uuid] : [])))
  const waiting = corrected.filter(
    ({ stage, uuid }) => (stage.kind === 'waiting' || stage.kind === 'preparing') && fitting.has(uuid),
  )
  const underWay = corrected.flatMap((guest) => whatIsLeft(guest, copies, now))
  const { totalMs } = timetable(waiting, limits, underWay)
  if (totalMs === null) return { ...counts, endsAt: null }
  const endsAt = mapRange(totalMs, (ms) => begins + ms)
  if (state.window === null) return { ...counts, endsAt }
  const landed = timetable([], limits, underWay).totalMs ?? totalMs
  return {
    ...counts,
    endsAt: byTheClose(
      endsAt,
      state.window,
      waiting,
      mapRange(landed, (ms) => begins + ms),
    ),
  }
}

/**
 * Nothing is launched that would likely not have ended by the close: whoever finds no time then is left. At worst the last of them ends
 * later, and so does what is on its way already.
 */
function byTheClose(endsAt: Range, { closesAt }: TimeWindow, waiting: readonly PlannedMove[], landed: Range): Range {
  const late = Math.max(0, ...waiting.map(({ copyMs }) => (copyMs === null ? 0 : copyMs.high - copyMs.likely)))
  return range(
    Math.min(endsAt.low, Math.max(closesAt, landed.low)),
    Math.min(endsAt.likely, Math.max(closesAt, landed.likely)),
    Math.min(endsAt.high, Math.max(closesAt + late, landed.high)),
  )
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
