/** Said with the signal, since an error of its own would be made for each ring. */
const rung = 'rung'

/** Wakes one waiter early; a ring while nobody waits is kept for the next one. */
export class Doorbell {
  #rung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** A signal that fires at the next ring (or at once, if it has rung since the last answer). */
  answer(): AbortSignal {
    const controller = new AbortController()
    if (this.#rung) controller.abort(rung)
    else this.#wake = () => controller.abort(rung)
    this.#rung = false
    return controller.signal
  }
}
