import type { Milliseconds } from '../../units.ts'
import type { DrainedGuest, DrainState, GuestStage } from '../state.ts'
import { launchedBeforeEndMs } from '../times/launch-lead.ts'
import { Links } from '../times/links.ts'
import { preparation } from '../times/preparation.ts'
import type { Observation } from './observation.ts'

type Moving = DrainedGuest & { readonly stage: Extract<GuestStage, { kind: 'moving' }> }

export interface MovesUnderWay {
  /** What they and the moves of other drains take of each link now. */
  readonly links: Links
  /** Of this drain, each with how long it likely still needs its link. */
  readonly moves: readonly (Moving & { readonly leftMs: Milliseconds })[]
}

/** @param counts by how long a move of this drain likely still needs its link: whether it is among them; all are unless told */
export function movesUnderWay(
  { guests }: Pick<DrainState, 'guests'>,
  observation: Observation,
  counts: (leftMs: Milliseconds) => boolean = () => true,
): MovesUnderWay {
  const links = new Links()
  for (const move of observation.others) links.add(move)
  const preparationOf = preparation(guests)
  const moving = guests.filter(isMoving)
  const moves = moving.flatMap((move) => {
    const toldMs = needsLinkFor(move, moving, observation)
    const leftMs = Number.isFinite(toldMs) ? toldMs : copyOf(move)
    if (!counts(leftMs)) return []
    links.add(move, toldMs <= launchedBeforeEndMs(preparationOf(move.beforeMs)) ? 'ends' : 'copies')
    return { ...move, leftMs }
  })
  return { links, moves }
}

const isMoving = (guest: DrainedGuest): guest is Moving => guest.stage.kind === 'moving'

/** How long it likely needs its link from its launch on. */
export const copyOf = ({ beforeMs, copyMs }: DrainedGuest): Milliseconds => beforeMs + (copyMs?.likely ?? Infinity)

/** Before that its own samples say little of a link that it shares. */
const tellsAfterMs = 1000

/** For how long a move needs the link; while the last of one is sent, the next can be prepared. */
function needsLinkFor(
  { copyMs, from, stage: { migration, copiedFrom } }: Moving,
  moving: readonly Moving[],
  { now, copyLeftMs }: Observation,
): Milliseconds {
  const leftMs = copyLeftMs(migration) ?? Infinity
  // What is still to come was seen before the wall clock was set back: since when it is copied nobody knows then.
  const copiedForMs = copiedFrom === undefined || copiedFrom > now ? tellsAfterMs : now - copiedFrom
  if (leftMs === 0 || copiedForMs >= tellsAfterMs) return leftMs
  const sharing = moving.filter((other) => other.from === from).length
  return Math.max(leftMs, (copyMs?.likely ?? Infinity) * sharing - copiedForMs)
}
