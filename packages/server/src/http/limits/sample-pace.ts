import type { NumberedUpdate } from '@landfall/api'

/** So many samples a second are meant to go out in all: each is a call of the kernel's, which costs more than anything else about it. */
const meantPerSecond = 1000
/** However many follow, no sample is left out that comes later than that after the one before. */
const mostMs = 1000

/**
 * How long at least lies between two samples of a stream, in ms: a guest is looked at every 50 ms to every
 * second.
 *
 * Worked example: with 20 streams 20 ms, and each gets every sample; with 200 streams 200 ms; with 1,000 streams, and with 5,000, a second.
 */
export const sampleEveryMs = (streams: number): number => Math.min(mostMs, (streams / meantPerSecond) * 1000)

/** What of a migration goes into one stream: everything but samples that a newer one is to make old. Its time is that of the updates. */
export class SamplePace {
  #sentAt = Number.NEGATIVE_INFINITY
  #held: NumberedUpdate | null = null

  /** @returns what is sent now; a sample that was held goes before anything that is told behind it */
  send(told: NumberedUpdate, everyMs: number): readonly NumberedUpdate[] {
    const { update } = told
    const held = this.#held
    this.#held = null
    if (update.kind !== 'sample') return held === null ? [told] : [held, told]
    const sinceMs = update.at - this.#sentAt
    // Less than none where the clock was set back, or that of another driver is behind.
    if (sinceMs >= 0 && sinceMs < everyMs) {
      this.#held = told
      return []
    }
    this.#sentAt = update.at
    return [told]
  }
}
