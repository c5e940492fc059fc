import type { MovesPlan } from '@landfall/core'

/** A plan in which nobody moves. For tests. */
export const noMoves: MovesPlan = {
  moves: [],
  cannot: [],
  totalMs: null,
  boundMs: 0,
  links: [],
  destinations: [],
  missingBytes: null,
  limits: { perSource: 3, perDestination: 2, fleet: 20 },
}
