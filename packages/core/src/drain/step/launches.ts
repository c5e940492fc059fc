import type { DrainedGuest, DrainState } from '../state.ts'
import { inOrder } from '../times/timetable.ts'
import { copyOf, movesUnderWay } from './moves-under-way.ts'
import type { Observation } from './observation.ts'
import { goneFrom } from './taken-in.ts'
import { endsInWindow, isOpen } from './window.ts'

/** Those whose launch fits now. */
export function toLaunch(state: DrainState, observation: Observation): readonly string[] {
  const { now, isReady, seen, closed } = observation
  if (state.mode !== 'running' || !isOpen(state, now)) return []
  const { links, moves } = movesUnderWay(state, observation)
  const ready = inOrder(state.guests).filter(
    (guest) =>
      guest.stage.kind === 'preparing' && isReady(guest.stage.migration) && goneFrom(guest, seen(guest.uuid)) === null,
  )
  const launches: string[] = []
  const under: Pick<(typeof moves)[number], 'from' | 'to' | 'leftMs' | 'afterMs'>[] = [...moves]
  /** Whoever is on its way over the same link goes slower, too. */
  const fitsWith = (move: DrainedGuest): boolean => {
    if (state.window === null) return true
    const { closesAt } = state.window
    const sharing = under.filter(({ from, to }) => from === move.from || to === move.to)
    if (!endsInWindow(state, move, now, sharing.length + 1)) return false
    return sharing.every(
      ({ leftMs, afterMs }) =>
        // Whoever is late by himself is not made so.
        now + leftMs + afterMs > closesAt ||
        now + (leftMs * (sharing.length + 1)) / sharing.length + afterMs <= closesAt,
    )
  }
  for (const move of ready) {
    if (closed.has(move.to) || !fitsWith(move) || !links.takes(move, state.limits)) continue
    links.add(move)
    launches.push(move.uuid)
    under.push({ ...move, leftMs: copyOf(move) })
  }
  return launches
}
