import type { DrainedGuest, DrainState } from '../state.ts'
import type { DrainAct } from './act.ts'
import { withEnd } from './end.ts'
import { toLaunch } from './launches.ts'
import type { Ended, Observation } from './observation.ts'
import { toPrepare } from './preparations.ts'
import { afterFailure, goneFrom, takenIn } from './taken-in.ts'
import { waitedFor } from './waiting-for.ts'
import { endsInWindow } from './window.ts'

export interface Step {
  readonly state: DrainState
  readonly acts: readonly DrainAct[]
}

/**
 * The next step of a drain, from what is known and what is seen: takes in what ended, starts what fits, and ends when nobody is left
 * who could still go. Pure; whoever took it over from a process that died gets the same.
 */
export function nextStep(before: DrainState, seen: Observation): Step {
  if (before.end !== null) return { state: before, acts: [] }
  const guests = before.guests.map((guest) => takenIn(guest, before, seen))
  const launches = toLaunch({ ...before, guests }, seen)
  const launched = guests.map((guest) => launch(guest, launches, seen.now))
  const prepares = before.mode === 'running' ? toPrepare({ ...before, guests: launched }, seen) : []
  const withdrawn = launched.flatMap((guest) =>
    guest.stage.kind === 'preparing' &&
    // While it is paused nobody else is kept from moving it; and whoever has moved it has done what it waits for.
    (before.mode !== 'running' ||
      seen.closed.has(guest.to) ||
      !endsInWindow(before, guest, seen.now) ||
      goneFrom(guest, seen.seen(guest.uuid)) !== null)
      ? [guest.stage.migration]
      : [],
  )
  const beingAsked = prepares.flatMap((act) => (act.kind === 'prepare' ? [act.uuid] : []))
  const waitingFor = waitedFor({ ...before, guests: launched }, beingAsked, seen)
  const state: DrainState = { ...before, guests: launched, waitingFor }
  const acts: readonly DrainAct[] = [
    ...launches.map((uuid): DrainAct => ({ kind: 'launch', uuid, migration: migrationOf(guests, uuid) })),
    ...prepares,
    ...withdrawn.map((migration): DrainAct => ({ kind: 'withdraw', migration })),
  ]
  return { state: acts.length > 0 ? state : withEnd(state, seen), acts }
}

function launch(guest: DrainedGuest, launches: readonly string[], now: number): DrainedGuest {
  const { stage } = guest
  if (stage.kind !== 'preparing' || !launches.includes(guest.uuid)) return guest
  return { ...guest, stage: { ...stage, kind: 'moving', since: now } }
}

/** Its migration was asked for. */
export const prepared = (
  state: DrainState,
  uuid: string,
  migration: string,
  now: number,
  act: { readonly to: string; readonly cold: boolean },
): DrainState =>
  changeGuest(state, uuid, (guest) => ({
    ...guest,
    to: act.to,
    stage: { kind: 'preparing', migration, since: now, cold: act.cold },
  }))

/** Its migration could not even be asked for. */
export const notPrepared = (state: DrainState, uuid: string, ended: Ended, now: number): DrainState =>
  changeGuest(state, uuid, (guest) => {
    const { outcome, why, next } = ended
    return afterFailure(guest, state, { migration: '', to: guest.to, endedAt: now, outcome, why, next }, now, false)
  })

const changeGuest = (state: DrainState, uuid: string, change: (guest: DrainedGuest) => DrainedGuest): DrainState => ({
  ...state,
  guests: state.guests.map((guest) => (guest.uuid === uuid ? change(guest) : guest)),
})

const migrationOf = (guests: readonly DrainedGuest[], uuid: string): string => {
  const stage = guests.find((guest) => guest.uuid === uuid)?.stage
  return stage?.kind === 'preparing' || stage?.kind === 'moving' ? stage.migration : ''
}
