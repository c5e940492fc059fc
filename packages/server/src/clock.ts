/** Time, passed in so that tests own it. */
export interface Clock {
  /** Wall-clock milliseconds since 1970; goes back, or jumps ahead, when somebody sets the clock. */
  readonly now: () => number
  /** Milliseconds since some moment, which go on whatever is done to the wall clock. Absent where nobody sets that. */
  readonly steady?: () => number
  /** Resolves after that long, or at once when the signal fires; never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const wake = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', wake, { once: true })
    }),
}

/**
 * The same clock, which goes on evenly from now on where the wall clock is set back: for what has a beginning and an end, and by which
 * is decided how long something may take. A jump ahead it follows: so much time has passed where a machine slept. Times of two of them
 * are not to be compared, nor is one to be told to others long after.
 *
 * Worked example: taken at 12:00, it says 12:05 after five minutes, also where the wall clock was set back to 11:00 meanwhile.
 */
export function evenly(clock: Clock): Clock {
  const { steady } = clock
  if (steady === undefined) return clock
  let ahead = clock.now() - steady()
  const now = (): number => {
    ahead = Math.max(ahead, clock.now() - steady())
    return Math.round(ahead + steady())
  }
  return { now, steady, sleep: (ms, signal) => clock.sleep(ms, signal) }
}
