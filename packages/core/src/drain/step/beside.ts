import type { Milliseconds } from '../../units.ts'
import type { DrainedGuest, DrainState } from '../state.ts'
import type { Links } from '../times/links.ts'
import { copyOf } from './moves-under-way.ts'
import { endsInWindow } from './window.ts'

type Other = Pick<DrainedGuest, 'from' | 'to' | 'afterMs'> & { readonly leftMs: Milliseconds }

/** Whether a move may begin beside those that are under way: within the limits and, where there is one, the window. */
export class Beside {
  readonly #state: DrainState
  readonly #now: number
  readonly #links: Links
  readonly #others: Other[]

  constructor(state: DrainState, now: number, underWay: { readonly links: Links; readonly moves: readonly Other[] }) {
    this.#state = state
    this.#now = now
    this.#links = underWay.links
    this.#others = [...underWay.moves]
  }

  takes(move: DrainedGuest): boolean {
    return this.#fits(move) && this.#links.takes(move, this.#state.limits)
  }

  add(move: DrainedGuest): void {
    this.#links.add(move)
    this.#others.push({ ...move, leftMs: copyOf(move) })
  }

  /** Whoever is on its way over the same link goes slower, too. */
  #fits(move: DrainedGuest): boolean {
    const { window } = this.#state
    if (window === null) return true
    const sharing = this.#others.filter(({ from, to }) => from === move.from || to === move.to)
    if (!endsInWindow(this.#state, move, this.#now, sharing.length + 1)) return false
    return sharing.every(
      ({ leftMs, afterMs }) =>
        // Whoever is late by himself is not made so.
        this.#now + leftMs + afterMs > window.closesAt ||
        this.#now + (leftMs * (sharing.length + 1)) / sharing.length + afterMs <= window.closesAt,
    )
  }
}
