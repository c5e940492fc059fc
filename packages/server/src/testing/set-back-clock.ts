import type { Clock } from '../clock.ts'

/** A clock that somebody sets back by an hour, with the first sleep after so long. Time passes only while somebody sleeps. */
export class SetBackClock implements Clock {
  /** What has passed in truth. */
  passedMs = 0
  #wallMs = 1_800_000_000_000
  #isSet = false
  readonly #afterMs: number

  constructor(afterMs = 0) {
    this.#afterMs = afterMs
  }

  readonly now = (): number => this.#wallMs

  readonly steady = (): number => this.passedMs

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (!this.#isSet && this.passedMs >= this.#afterMs) {
      this.#isSet = true
      this.#wallMs -= 3_600_000
    }
    if (signal?.aborted !== true) {
      this.passedMs += ms
      this.#wallMs += ms
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}
