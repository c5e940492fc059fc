/** Timers as the client needs them; passed in so that tests own the time. */
export interface Clock {
  /** Runs once after `delayMs`; the returned function cancels. */
  readonly after: (delayMs: number, run: () => void) => () => void
}

export const systemClock: Clock = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
}
