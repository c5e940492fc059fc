import type { DrainedGuest, DrainState } from '../state.ts'
import { inOrder } from '../times/timetable.ts'
import type { DrainAct } from './act.ts'
import type { Observation, Seen } from './observation.ts'
import { wasAskedFor } from './taken-in.ts'
import { endsInWindow, isOpen } from './window.ts'

/** So many are prepared ahead, that no link waits for checks and measuring. */
const preparedAhead = 2

/** Live tries are used up, and what is left is to shut it down. */
const goesCold = ({ attempts, stage }: DrainedGuest, { fallback, mostAttempts }: DrainState): boolean =>
  fallback === 'cold' &&
  stage.kind === 'waiting' &&
  attempts.some(wasAskedFor) &&
  (attempts.filter(wasAskedFor).length >= mostAttempts || attempts.findLast(wasAskedFor)?.next === 'other-way')

export function toPrepare(state: DrainState, { now, seen, closed }: Observation): readonly DrainAct[] {
  if (state.window !== null && now >= state.window.closesAt) return []
  // Before it opens nothing is measured: it would be stale.
  if (!isOpen(state, now)) return []
  const underWay = state.guests.filter(({ stage }) => stage.kind === 'preparing').length
  return inOrder(state.guests)
    .filter(
      (guest) =>
        guest.stage.kind === 'waiting' &&
        guest.stage.notBefore <= now &&
        !closed.has(guest.to) &&
        endsInWindow(state, guest, now) &&
        isHere(seen(guest.uuid), guest),
    )
    .slice(0, Math.max(0, preparedAhead + freePlaces(state) - underWay))
    .map(({ uuid, to, ...guest }): DrainAct => ({
      kind: 'prepare',
      uuid,
      to,
      cold: goesCold({ uuid, to, ...guest }, state),
    }))
}

const isHere = (place: Seen, { from }: DrainedGuest): boolean =>
  place.kind === 'runs' && place.host === from && !place.migrating

const freePlaces = ({ guests, limits }: DrainState): number =>
  Math.max(0, Math.min(limits.perSource, limits.fleet) - guests.filter(({ stage }) => stage.kind === 'moving').length)
