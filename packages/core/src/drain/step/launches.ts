import type { Milliseconds } from '../../units.ts'
import { launchedBeforeEndMs } from '../times/launch-lead.ts'
import { Links } from '../times/links.ts'
import { preparation } from '../times/preparation.ts'
import type { DrainedGuest, DrainState, GuestStage } from '../state.ts'
import { inOrder } from '../times/timetable.ts'
import type { Observation } from './observation.ts'
import { goneFrom } from './taken-in.ts'
import { endsInWindow, isOpen } from './window.ts'

type Moving = Extract<GuestStage, { kind: 'moving' }>

const isMoving = (guest: DrainedGuest): guest is DrainedGuest & { readonly stage: Moving } =>
  guest.stage.kind === 'moving'

const copyOf = ({ beforeMs, copyMs }: DrainedGuest): Milliseconds => beforeMs + (copyMs?.likely ?? Infinity)

/** Those whose launch fits now. */
export function toLaunch(state: DrainState, observation: Observation): readonly string[] {
  const { now, isReady, seen, closed, others } = observation
  const links = new Links()
  for (const move of others) links.add(move)
  const preparationOf = preparation(state.guests)
  const moving = state.guests.filter(isMoving)
  for (const move of moving) {
    const leftMs = needsLinkFor(move, moving, observation)
    links.add(move, leftMs <= launchedBeforeEndMs(preparationOf(move.beforeMs)) ? 'ends' : 'copies')
  }
  const ready = inOrder(state.guests).filter(
    (guest) =>
      guest.stage.kind === 'preparing' && isReady(guest.stage.migration) && goneFrom(guest, seen(guest.uuid)) === null,
  )
  const launches: string[] = []
  const under: (DrainedGuest & { readonly leftMs: Milliseconds })[] = moving.map((move) => {
    const leftMs = needsLinkFor(move, moving, observation)
    return { ...move, leftMs: Number.isFinite(leftMs) ? leftMs : copyOf(move) }
  })
  /** Whoever is on its way over the same link goes slower, too. */
  const fitsWith = (move: DrainedGuest, others: typeof under): boolean => {
    if (state.window === null) return true
    const { closesAt } = state.window
    const sharing = others.filter(({ from, to }) => from === move.from || to === move.to)
    if (!endsInWindow(state, move, now, sharing.length + 1)) return false
    return sharing.every(
      ({ leftMs, afterMs }) =>
        // Whoever is late by himself is not made so.
        now + leftMs + afterMs > closesAt ||
        now + (leftMs * (sharing.length + 1)) / sharing.length + afterMs <= closesAt,
    )
  }
  if (state.mode === 'running' && isOpen(state, now)) {
    for (const move of ready) {
      if (closed.has(move.to) || !fitsWith(move, under) || !links.takes(move, state.limits)) continue
      links.add(move)
      launches.push(move.uuid)
      under.push({ ...move, leftMs: copyOf(move) })
    }
  }
  return launches
}

/** Before that its own samples say little of a link that it shares. */
const tellsAfterMs = 1000

/** For how long a move needs the link; while the last of one is sent, the next can be prepared. */
function needsLinkFor(
  { copyMs, from, stage: { migration, copiedFrom } }: DrainedGuest & { readonly stage: Moving },
  moving: readonly DrainedGuest[],
  { now, copyLeftMs }: Observation,
): Milliseconds {
  const leftMs = copyLeftMs(migration) ?? Infinity
  const copiedForMs = copiedFrom === undefined ? tellsAfterMs : now - copiedFrom
  if (leftMs === 0 || copiedForMs >= tellsAfterMs) return leftMs
  const sharing = moving.filter((other) => other.from === from).length
  return Math.max(leftMs, (copyMs?.likely ?? Infinity) * sharing - copiedForMs)
}
