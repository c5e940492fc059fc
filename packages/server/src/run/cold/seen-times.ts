import type { ColdTimes } from '@landfall/core'

/** How long a cold migration's guest is away, as far as its driver can tell; all in the clock's time. */
export class SeenTimes {
  #shutdownAskedAt: number | null
  #sawItRun = false
  #shutOffAt: number | null = null
  #startedAt: number | null = null
  #times: ColdTimes = {}

  /** @param askedBefore when a driver before this one asked the guest to shut down, or may have; null where none did */
  constructor(askedBefore: number | null) {
    this.#shutdownAskedAt = askedBefore
  }

  /** When it was asked to shut down first, by whichever driver; null where it was not. */
  get shutdownAskedAt(): number | null {
    return this.#shutdownAskedAt
  }

  /** For the next forecast. */
  get times(): ColdTimes {
    return this.#times
  }

  /** From the request to shut down until the agent answered; where there is none, until QEMU ran. */
  get downtimeMs(): number | null {
    if (this.#shutdownAskedAt === null || this.#startedAt === null) return null
    return this.#startedAt - this.#shutdownAskedAt + (this.#times.bootMs ?? 0)
  }

  noteAsked(at: number): void {
    this.#shutdownAskedAt ??= at
  }

  noteRunning(): void {
    this.#sawItRun = true
  }

  noteShutOff(at: number): void {
    if (this.#shutOffAt !== null || this.#shutdownAskedAt === null) return
    this.#shutOffAt = at
    // One that is found shut off may have been so for hours, while nobody drove: that is no time that a shutdown takes.
    if (this.#sawItRun) this.#times = { ...this.#times, shutdownMs: at - this.#shutdownAskedAt }
  }

  noteStarted(at: number): void {
    this.#startedAt = at
    if (this.#sawItRun && this.#shutOffAt !== null) this.#times = { ...this.#times, startMs: at - this.#shutOffAt }
  }

  noteBooted(bootMs: number): void {
    this.#times = { ...this.#times, bootMs }
  }
}
