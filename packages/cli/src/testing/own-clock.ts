import type { Clock } from '../clock.ts'

/** A clock on which only sleeping takes time. */
export function ownClock(): Clock {
  let at = 0
  return { now: () => at, sleep: async (ms) => void (at += ms) }
}
