import type { Clock } from '../rpc/clock.ts'

/** A clock that a test moves by hand. */
export class ManualClock implements Clock {
  #nowMs = 0
  #timers: { readonly dueMs: number; readonly run: () => void }[] = []

  /** Timers that are set and neither run nor cancelled: 0 when nothing was leaked. */
  get pendingTimers(): number {
    return this.#timers.length
  }

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { dueMs: this.#nowMs + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves the time on and runs what falls due, in order. */
  advance(durationMs: number): void {
    const endMs = this.#nowMs + durationMs
    for (;;) {
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs)
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#nowMs = next.dueMs
      next.run()
    }
    this.#nowMs = endMs
  }
}
