import type { NumberedUpdate } from '@landfall/api'

/** So many samples a second go out in all: each is a call of the kernel's, which costs a server more than anything else about it. */
const mostPerSecond = 1000
/** However many follow, no sample is left out that comes later than that after the one before. */
const mostMs = 1000

/**
 * How long at least lies between two samples of a stream, in ms.
 *
 * Worked example: with 200 streams 200 ms, which is less than samples are apart; with 1,000 streams and with 5,000 a second.
 */
export const sampleEveryMs = (streams: number): number => Math.min(mostMs, (streams / mostPerSecond) * 1000)

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
    if (update.at - this.#sentAt < everyMs) {
      this.#held = told
      return []
    }
    this.#sentAt = update.at
    return [told]
  }
}
