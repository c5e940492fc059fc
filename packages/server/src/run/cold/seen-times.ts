import type { ColdTimes } from '@landfall/core'

/** How long a cold migration's guest is away, as its driver sees it; all in the clock's time. */
export class SeenTimes {
  #shutdownAskedAt: number | null = null
  #shutOffAt: number | null = null
  #times: ColdTimes = {}

  /** When it was asked to shut down first; null where it was not. */
  get shutdownAskedAt(): number | null {
    return this.#shutdownAskedAt
  }

  /** For the next forecast. */
  get times(): ColdTimes {
    return this.#times
  }

  /** From the request to shut down until the agent answered; where there is none, until QEMU ran. */
  get downtimeMs(): number | null {
    const { shutdownMs, startMs, bootMs = 0 } = this.#times
    return shutdownMs === undefined || startMs === undefined ? null : shutdownMs + startMs + bootMs
  }

  noteAsked(at: number): void {
    this.#shutdownAskedAt ??= at
  }

  noteShutOff(at: number): void {
    if (this.#shutOffAt !== null || this.#shutdownAskedAt === null) return
    this.#shutOffAt = at
    this.#times = { ...this.#times, shutdownMs: at - this.#shutdownAskedAt }
  }

  noteStarted(at: number): void {
    if (this.#shutOffAt !== null) this.#times = { ...this.#times, startMs: at - this.#shutOffAt }
  }

  noteBooted(bootMs: number): void {
    this.#times = { ...this.#times, bootMs }
  }
}
