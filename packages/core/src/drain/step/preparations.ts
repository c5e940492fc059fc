import type { DrainedGuest, DrainState } from '../state.ts'
import type { Milliseconds } from '../../units.ts'
import type { LinkMove } from '../times/links.ts'
import { inOrder } from '../times/timetable.ts'
import type { DrainAct } from './act.ts'
import { Beside } from './beside.ts'
import { copyOf, movesUnderWay } from './moves-under-way.ts'
import type { Observation, Seen } from './observation.ts'
import { isDue, wasAskedFor } from './taken-in.ts'
import { endsInWindow, isOpen } from './window.ts'

/** So many are prepared beyond the places that are free, that no link waits for checks and measuring. */
const preparedAhead = 2

/** So long before a place is likely free a guest is prepared for it. What is measured of it much earlier would be stale by then. */
export const preparedBeforeMs: Milliseconds = 60_000

/** Live tries are used up, and what is left is to shut it down. */
const goesCold = ({ attempts, stage }: DrainedGuest, { fallback, mostAttempts }: DrainState): boolean =>
  fallback === 'cold' &&
  stage.kind === 'waiting' &&
  attempts.some(wasAskedFor) &&
  (attempts.filter(wasAskedFor).length >= mostAttempts || attempts.findLast(wasAskedFor)?.next === 'other-way')

export function toPrepare(state: DrainState, observation: Observation): readonly DrainAct[] {
  const { now, seen, closed, others } = observation
  if (state.window !== null && now >= state.window.closesAt) return []
  // Before it opens nothing is measured: it would be stale.
  if (!isOpen(state, now)) return []
  const takesPlace = placesIn(state, others)
  const inAMinute = new Beside(
    state,
    now,
    movesUnderWay(state, observation, (leftMs) => leftMs > preparedBeforeMs),
  )
  /** One that gets its place, and keeps it for longer than that, leaves it to nobody. */
  const keepsPlace = (guest: DrainedGuest): void => {
    if (copyOf(guest) > preparedBeforeMs && inAMinute.takes(guest)) inAMinute.add(guest)
  }
  const guests = inOrder(state.guests)
  for (const guest of guests) if (guest.stage.kind === 'preparing') keepsPlace(guest)
  return guests
    .filter(
      (guest) =>
        guest.stage.kind === 'waiting' &&
        isDue(guest.stage.notBefore, now) &&
        !closed.has(guest.to) &&
        endsInWindow(state, guest, now) &&
        isHere(seen(guest.uuid), guest),
    )
    .filter((guest) => {
      // Nobody knows when the moves of others end.
      const isPrepared = (others.length > 0 || inAMinute.takes(guest)) && takesPlace(guest.to)
      if (isPrepared) keepsPlace(guest)
      return isPrepared
    })
    .map(({ uuid, to, ...guest }): DrainAct => ({
      kind: 'prepare',
      uuid,
      to,
      cold: goesCold({ uuid, to, ...guest }, state),
    }))
}

/**
 * Takes a place for one that goes there; false where there is none. No more wait for a host whose places are taken than are prepared
 * ahead: else they would keep from being prepared whoever could go to another at once.
 */
function placesIn({ guests, limits }: DrainState, others: readonly LinkMove[]): (to: string) => boolean {
  const preparing = guests.filter(({ stage }) => stage.kind === 'preparing')
  const moving = guests.filter(({ stage }) => stage.kind === 'moving')
  const entering = new Map<string, number>()
  for (const { to } of [...others, ...moving]) entering.set(to, (entering.get(to) ?? 0) + 1)
  const isFull = (to: string): boolean => (entering.get(to) ?? 0) >= limits.perDestination
  let left = preparedAhead + Math.max(0, Math.min(limits.perSource, limits.fleet) - moving.length)
  let ahead = preparedAhead
  const take = (to: string): void => {
    left--
    if (isFull(to)) ahead--
    entering.set(to, (entering.get(to) ?? 0) + 1)
  }
  for (const { to } of preparing) take(to)
  return (to) => {
    if (left <= 0 || (isFull(to) && ahead <= 0)) return false
    take(to)
    return true
  }
}

const isHere = (place: Seen, { from }: DrainedGuest): boolean =>
  place.kind === 'runs' && place.host === from && !place.migrating
