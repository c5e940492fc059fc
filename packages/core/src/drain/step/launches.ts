import type { DrainState } from '../state.ts'
import { inOrder } from '../times/timetable.ts'
import { Beside } from './beside.ts'
import { movesUnderWay } from './moves-under-way.ts'
import type { Observation } from './observation.ts'
import { goneFrom } from './taken-in.ts'
import { isOpen } from './window.ts'

/** Those whose launch fits now. */
export function toLaunch(state: DrainState, observation: Observation): readonly string[] {
  const { now, isReady, seen, closed } = observation
  if (state.mode !== 'running' || !isOpen(state, now)) return []
  const underWay = new Beside(state, now, movesUnderWay(state, observation))
  const ready = inOrder(state.guests).filter(
    (guest) =>
      guest.stage.kind === 'preparing' && isReady(guest.stage.migration) && goneFrom(guest, seen(guest.uuid)) === null,
  )
  const launches: string[] = []
  for (const move of ready) {
    if (closed.has(move.to) || !underWay.takes(move)) continue
    underWay.add(move)
    launches.push(move.uuid)
  }
  return launches
}
