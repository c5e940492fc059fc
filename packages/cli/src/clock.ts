import { setTimeout as sleep } from 'node:timers/promises'

/** Time, passed in so that tests own it. */
export interface Clock {
  /** Milliseconds that never jump; only what lies between two of them means something. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

export const processClock: Clock = { now: () => performance.now(), sleep: (ms) => sleep(ms) }
