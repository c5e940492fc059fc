import type { Clock } from './clock.ts'

export interface KeepaliveSettings {
  /** Silence after which a ping is sent. */
  readonly intervalMs: number
  /** Unanswered intervals after which the peer counts as gone. */
  readonly count: number
}

/** libvirt's own defaults: a peer that is gone is noticed after about 30 s. */
export const defaultKeepalive: KeepaliveSettings = { intervalMs: 5000, count: 5 }

/** Pings a silent peer and tells when it has been silent for too long. Any message counts as life. */
export class Keepalive {
  readonly #clock: Clock
  readonly #settings: KeepaliveSettings
  readonly #ping: () => void
  readonly #gone: (silentMs: number) => void
  #heard = true
  #silentIntervals = 0
  #cancel: () => void = () => {}

  constructor(clock: Clock, settings: KeepaliveSettings, ping: () => void, gone: (silentMs: number) => void) {
    this.#clock = clock
    this.#settings = settings
    this.#ping = ping
    this.#gone = gone
    this.#schedule()
  }

  heard(): void {
    this.#heard = true
  }

  stop(): void {
    this.#cancel()
    this.#cancel = () => {}
  }

  // One timer an interval instead of one a message: a busy connection costs nothing.
  #schedule(): void {
    this.#cancel = this.#clock.after(this.#settings.intervalMs, () => {
      this.#tick()
    })
  }

  #tick(): void {
    if (this.#heard) {
      this.#heard = false
      this.#silentIntervals = 0
    }
    if (this.#silentIntervals > this.#settings.count) {
      this.#gone(this.#silentIntervals * this.#settings.intervalMs)
      return
    }
    this.#silentIntervals += 1
    // The first silent interval only arms: a peer that spoke a moment ago needs no ping.
    if (this.#silentIntervals > 1) this.#ping()
    this.#schedule()
  }
}
