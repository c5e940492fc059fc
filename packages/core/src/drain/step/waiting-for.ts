import { formatDuration } from '../../units.ts'
import type { DrainedGuest, DrainState } from '../state.ts'
import type { Observation } from './observation.ts'

/** A few by name: nobody reads fifty. */
const mostNamed = 5

function names(of: readonly DrainedGuest[]): string {
  const more = of.length - mostNamed
  const named = of.slice(0, mostNamed).map(({ guest }) => guest)
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** What is waited for since somebody paused it, resumed it or ended it: until its driver has heard of that, it may still begin a move. */
export const waitedForIn = (mode: DrainState['mode'], state: DrainState, isDriven: boolean): string =>
  mode === state.mode ? state.waitingFor : isDriven ? 'the next look of its driver' : 'whoever drives it next'

/** Without a time: a state in which nothing has changed but that is not written anew. */
const windowToOpen = 'its window to open'

/** What is waited for, as it is shown at that time: of a window in how long it opens. */
export const waitedForAt = ({ waitingFor, window }: Pick<DrainState, 'waitingFor' | 'window'>, now: number): string =>
  waitingFor === windowToOpen && window !== null && now < window.opensAt
    ? `${waitingFor}, in ${formatDuration(window.opensAt - now)}`
    : waitingFor

/** What is waited for, of a state in which what fits has been launched. */
export function waitedFor(
  { mode, window, guests }: DrainState,
  beingAsked: readonly string[],
  { now, closed, seen }: Pick<Observation, 'now' | 'closed' | 'seen'>,
): string {
  const moving = guests.filter(({ stage }) => stage.kind === 'moving')
  if (mode === 'paused')
    return moving.length === 0 ? 'paused: nothing is started' : `paused: ${names(moving)} still on the way`
  if (mode === 'stopping')
    return `stopping: ${moving.length === 0 ? 'nothing is on the way' : `${names(moving)} still on the way`}`
  if (moving.length > 0) {
    const unseen = moving.filter(({ blockedSince }) => blockedSince !== null)
    return `${names(moving)} on the way${unseen.length === 0 ? '' : `; what became of ${names(unseen)} is not clear now`}`
  }
  if (window !== null && now < window.opensAt) return windowToOpen
  const preparing = guests.filter(({ stage, uuid }) => stage.kind === 'preparing' || beingAsked.includes(uuid))
  if (preparing.length > 0) return `${names(preparing)} being checked and measured`
  const waiting = guests.filter(({ stage }) => stage.kind === 'waiting')
  for (const { guest, uuid } of waiting) {
    const place = seen(uuid)
    if (place.kind === 'unknown') return `where ${guest} is: ${place.why}`
  }
  const [blocked] = waiting.filter(({ to }) => closed.has(to))
  if (blocked !== undefined) return `${blocked.guest} waits for ${blocked.to}: ${closed.get(blocked.to) ?? ''}`
  const [again] = waiting.filter(({ attempts }) => attempts.length > 0)
  if (again !== undefined) return `the next try of ${names(waiting.filter(({ attempts }) => attempts.length > 0))}`
  return waiting.length === 0 ? 'nothing' : `a turn for ${names(waiting)}`
}
