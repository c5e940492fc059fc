import type { NovaApi } from '../../cloud/nova.ts'

export interface AskedAbort {
  readonly nova: Pick<NovaApi, 'abort'>
  /** The instance. */
  readonly id: string
  readonly isWished: () => boolean
  readonly say: (message: string) => void
}

/** Asks Nova to abort a migration, once that is wished, at each look again until it is taken: Nova refuses it in some states alone. */
export class AbortAsked {
  readonly #options: AskedAbort
  #isTaken = false
  /** What was said last, once. */
  #refusal = ''

  constructor(options: AskedAbort) {
    this.#options = options
  }

  /** Whether Nova has taken it. */
  get isTaken(): boolean {
    return this.#isTaken
  }

  /** @param migration Nova's number of it */
  async look(migration: number): Promise<void> {
    const { nova, id, isWished, say } = this.#options
    if (this.#isTaken || !isWished()) return
    try {
      await nova.abort(id, migration)
      this.#isTaken = true
      say('Nova was asked to abort')
    } catch (error) {
      const refusal = error instanceof Error ? error.message : String(error)
      if (refusal !== this.#refusal) say(`${refusal}; it is asked again`)
      this.#refusal = refusal
    }
  }
}
