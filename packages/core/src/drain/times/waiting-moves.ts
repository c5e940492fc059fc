import type { LinkMove } from './links.ts'

/** Moves that wait, found by the hosts whose links became free. */
export class WaitingMoves<Move extends Pick<LinkMove, 'from' | 'to'>> {
  readonly #byHost = new Map<string, Set<Move>>()
  readonly #all: Set<Move>
  readonly #place: ReadonlyMap<Move, number>

  constructor(ordered: readonly Move[]) {
    this.#all = new Set(ordered)
    this.#place = new Map(ordered.map((move, index) => [move, index]))
    for (const move of ordered) {
      for (const host of [move.from, move.to]) {
        const set = this.#byHost.get(host) ?? new Set()
        set.add(move)
        this.#byHost.set(host, set)
      }
    }
  }

  /** In their order; of every host where that is null. */
  near(hosts: readonly string[] | null): Iterable<Move> {
    // A set may lose what was seen of it while it is gone through.
    if (hosts === null) return this.#all
    const near = new Set(hosts.flatMap((host) => [...(this.#byHost.get(host) ?? [])]))
    return [...near].sort((a, b) => (this.#place.get(a) ?? 0) - (this.#place.get(b) ?? 0))
  }

  remove(move: Move): void {
    this.#all.delete(move)
    for (const host of [move.from, move.to]) this.#byHost.get(host)?.delete(move)
  }
}
