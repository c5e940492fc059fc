import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'

/**
 * Messages on their way out.
 *
 * - `'together'`: those of one turn leave in one piece, one system call instead of several.
 * - `'apart'`: each is a write of its own, the next one only after it. TLS needs that: what lies behind the first message of a record
 *   stays in the daemon's TLS library, where its poll() does not see it, until something else comes (libvirt 11.3: 5 s later, a ping).
 */
export class Outbox {
  readonly #stream: Duplex
  readonly #mode: 'together' | 'apart'
  readonly #waiting: { readonly bytes: Buffer; readonly done: (() => void) | undefined }[] = []
  #isWriting = false

  constructor(stream: Duplex, mode: 'together' | 'apart') {
    this.#stream = stream
    this.#mode = mode
  }

  /** For what comes alone anyway: nothing is gathered with it. */
  writeAlone(bytes: Buffer): void {
    if (this.#mode === 'apart') this.write(bytes)
    else this.#stream.write(bytes)
  }

  /** `done` is called when the bytes have left, or never can. */
  write(bytes: Buffer, done?: () => void): void {
    if (this.#mode === 'apart') {
      this.#waiting.push({ bytes, done })
      this.#writeNext()
      return
    }
    if (this.#stream.writableCorked === 0) {
      this.#stream.cork()
      process.nextTick(() => {
        this.#stream.uncork()
      })
    }
    this.#stream.write(bytes, () => {
      done?.()
    })
  }

  #writeNext(): void {
    if (this.#isWriting) return
    const next = this.#waiting.shift()
    if (next === undefined) return
    this.#isWriting = true
    this.#stream.write(next.bytes, () => {
      this.#isWriting = false
      next.done?.()
      this.#writeNext()
    })
  }
}
