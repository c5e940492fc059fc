/** A guest that rewrites one hot set evenly, copied over a link: enough for the curves that a log shows. */
export interface CopiedGuest {
  readonly totalBytes: number
  /** Share of the memory that is not zero. */
  readonly nonZeroShare: number
  readonly hotBytes: number
  readonly writeBytesPerSecond: number
  readonly linkBytesPerSecond: number
  /** QEMU's ramp: 20 %, then 10 more for every two passes, at most 99 %. */
  readonly autoConverge: boolean
}

export interface CopyState {
  readonly processedBytes: number
  readonly remainingBytes: number
}

/** Distinct bytes written in a window: U(t) of an even writer. */
const distinct = (guest: CopiedGuest, seconds: number, speed: number): number =>
  guest.hotBytes === 0
    ? 0
    : guest.hotBytes * -Math.expm1((0 - guest.writeBytesPerSecond * speed * seconds) / guest.hotBytes)

/** The copy, moved forward in time. Passes end when all that was known to be dirty is sent; then what was written meanwhile becomes known. */
export class GuestCopy {
  readonly #guest: CopiedGuest
  #now = 0
  #passStart = 0
  /** Bytes on the wire that this pass takes; its zero pages cost nothing. */
  #passBytes: number
  #passRemaining: number
  #sentBefore = 0
  #speed = 1
  #throttle = 0
  #badPasses = 0
  #mode: 'pre-copy' | 'paused' | 'post-copy' = 'pre-copy'
  passes = 1
  completed = false

  constructor(guest: CopiedGuest) {
    this.#guest = guest
    this.#passBytes = guest.totalBytes * guest.nonZeroShare
    this.#passRemaining = guest.totalBytes
  }

  /** @param downtimeMs the pause that is allowed at this time */
  advance(to: number, downtimeMs: number): void {
    this.#now = to
    while (!this.completed && this.#passStart + this.#passSeconds <= to) {
      const seconds = this.#passSeconds
      const sent = this.#passBytes
      this.#sentBefore += sent
      this.#passStart += seconds
      const fresh = this.#mode === 'pre-copy' ? distinct(this.#guest, seconds, this.#speed) : 0
      if (this.#mode !== 'pre-copy' || (fresh / this.#guest.linkBytesPerSecond) * 1000 <= downtimeMs) {
        this.completed = true
        this.#sentBefore += fresh
        this.#passBytes = 0
        this.#passRemaining = 0
        return
      }
      if (this.#guest.autoConverge && fresh > sent / 2) this.#throttleMore()
      this.passes += 1
      this.#passBytes = fresh
      this.#passRemaining = fresh
    }
  }

  /** Everything that is left is sent, what was written in this pass so far too, and the guest writes no more on the source. */
  stopWriting(mode: 'paused' | 'post-copy'): void {
    // Nova asks for it again and again.
    if (this.#mode !== 'pre-copy') return
    const state = this.state()
    const fresh = distinct(this.#guest, this.#now - this.#passStart, this.#speed)
    this.#sentBefore = state.processedBytes
    this.#passStart = this.#now
    this.#passBytes = Math.min(this.#guest.totalBytes, state.remainingBytes + fresh)
    this.#passRemaining = this.#passBytes
    this.#mode = mode
  }

  state(): CopyState {
    const share = this.#passSeconds === 0 ? 1 : Math.min(1, (this.#now - this.#passStart) / this.#passSeconds)
    return {
      processedBytes: Math.round(this.#sentBefore + this.#passBytes * share),
      // Whole pages, as QEMU counts.
      remainingBytes: Math.round((this.#passRemaining * (1 - share)) / 4096) * 4096,
    }
  }

  get #passSeconds(): number {
    return this.#passBytes / this.#guest.linkBytesPerSecond
  }

  #throttleMore(): void {
    this.#badPasses += 1
    if (this.#badPasses % 2 !== 0) return
    this.#throttle = this.#throttle === 0 ? 20 : Math.min(99, this.#throttle + 10)
    this.#speed = 1 - this.#throttle / 100
  }
}
