/** How many moves may be under way at a time; exact, whoever starts them. */
export interface DrainLimits {
  /** That leave a host. */
  readonly perSource: number
  /** That enter a host. */
  readonly perDestination: number
  readonly fleet: number
}

/** A move as a link sees it. */
export interface LinkMove {
  readonly from: string
  readonly to: string
  /** It writes so much that every byte of the link counts: it gets the link of both hosts to itself while it is copied. */
  readonly alone: boolean
}

/** Whether a move still needs the link; one that ends needs it hardly, but keeps its place of the limits until it is over. */
export type LinkNeed = 'copies' | 'ends'

interface LinkUse {
  out: number
  in: number
  outCopies: number
  inCopies: number
  outAlone: number
  inAlone: number
}

/**
 * So many are copied over a link at a time: the other places are for moves that begin or end meanwhile, so that the link never stands
 * idle, and no copy takes longer than it must. The longer a copy takes, the more of it is written anew.
 */
export const mostCopies = (places: number): number => Math.max(Math.min(places, 2), places - 2)

/** What is under way on each link; one that goes both ways at once has two of them, as network cards have. */
export class Links {
  readonly #uses = new Map<string, LinkUse>()
  #total = 0

  isFull({ fleet }: Pick<DrainLimits, 'fleet'>): boolean {
    return this.#total >= fleet
  }

  of(host: string): LinkUse {
    let use = this.#uses.get(host)
    if (use === undefined) {
      use = { out: 0, in: 0, outCopies: 0, inCopies: 0, outAlone: 0, inAlone: 0 }
      this.#uses.set(host, use)
    }
    return use
  }

  add(move: LinkMove, need: LinkNeed = 'copies'): void {
    this.#place(move, 1)
    if (need === 'copies') this.#copy(move, 1)
  }

  /** It has been copied, as good as: others may begin. */
  ends(move: LinkMove): void {
    this.#copy(move, -1)
  }

  /** It is over, and had been said to end. */
  remove(move: LinkMove): void {
    this.#place(move, -1)
  }

  /** Whether it may start now. */
  takes({ from, to, alone }: LinkMove, limits: DrainLimits): boolean {
    const { out, outCopies, outAlone } = this.of(from)
    const { in: entering, inCopies, inAlone } = this.of(to)
    if (this.#total >= limits.fleet || out >= limits.perSource || entering >= limits.perDestination) return false
    if (alone) return outCopies + inCopies === 0
    return (
      outAlone + inAlone === 0 &&
      outCopies < mostCopies(limits.perSource) &&
      inCopies < mostCopies(limits.perDestination)
    )
  }

  #place({ from, to }: LinkMove, by: 1 | -1): void {
    this.#total += by
    this.of(from).out += by
    this.of(to).in += by
  }

  #copy({ from, to, alone }: LinkMove, by: 1 | -1): void {
    const [source, destination] = [this.of(from), this.of(to)]
    source.outCopies += by
    destination.inCopies += by
    if (!alone) return
    source.outAlone += by
    destination.inAlone += by
  }
}
