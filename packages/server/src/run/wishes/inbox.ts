import type { Answer, MigrationStatus, Wish } from '@landfall/api'
import { can } from '@landfall/api'
import { withWish } from './waiting-wishes.ts'

const elsewhere: Answer = {
  allowed: false,
  code: 'driven-elsewhere',
  why: 'it is only followed from here: somebody else steers it',
}

/** The one door for what is wished of a migration from outside: taken or denied at once, and carried out by its driver. */
export class Inbox {
  readonly #status: () => MigrationStatus
  readonly #isSteered: () => boolean
  readonly #onWish: () => void
  #waiting: readonly Wish[] = []

  /** @param onWish called where there is something to be carried out */
  constructor(status: () => MigrationStatus, isSteered: () => boolean, onWish: () => void) {
    this.#status = status
    this.#isSteered = isSteered
    this.#onWish = onWish
  }

  wish(wish: Wish): Answer {
    const answer = can(this.#status(), wish.kind)
    if (!answer.allowed) return answer
    if (wish.kind !== 'look' && !this.#isSteered()) return elsewhere
    this.#waiting = withWish(this.#waiting, wish)
    this.#onWish()
    return answer
  }

  /** Waits for the driver's next look, whenever that is; what was wished meanwhile counts more. */
  putOff(wish: Wish): void {
    this.#waiting = this.#waiting.reduce(withWish, [wish])
  }

  /** What waits to be carried out; it is then the taker's. */
  take(): readonly Wish[] {
    const wishes = this.#waiting
    this.#waiting = []
    return wishes
  }
}
