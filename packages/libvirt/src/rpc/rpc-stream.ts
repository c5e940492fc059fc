import { Duplex } from 'node:stream'
import type { LibvirtError } from '../errors.ts'

/** Bytes that all versions of libvirt take in one message (VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX). */
export const maxStreamBytes = 262_120

/** How a stream speaks to its connection. */
export interface StreamLine {
  /** Calls `done` when the bytes have left for the socket. */
  readonly send: (data: Uint8Array, done: () => void) => void
  /** Says that this side is done; the daemon answers with {@link RpcStream.acceptFinish} or an error. */
  readonly finish: () => void
  readonly abort: () => void
  /** The daemon and this side are both done with it. */
  readonly forget: () => void
}

/**
 * Bytes to and from the daemon beside the calls of a connection. Ending the writable side finishes it: `'finish'` comes when the
 * daemon has taken everything. Destroying it aborts. What nobody reads is kept in memory, since the socket is shared with the calls:
 * read on, or give a large download a connection of its own.
 */
export class RpcStream extends Duplex {
  readonly #line: StreamLine
  /** Waits for the daemon's last word. */
  #onOver: ((error: Error | null) => void) | undefined
  #failure: Error | null = null
  #isOver = false
  #saidFinish = false

  constructor(line: StreamLine) {
    super({ allowHalfOpen: true })
    this.#line = line
  }

  /** @internal Bytes from the daemon; none is the end of what it sends. */
  acceptData(data: Uint8Array): void {
    if (this.#isOver) return
    if (data.length > 0) this.push(data)
    else {
      this.push(null)
      // Nothing more can come: the stream is finished from here, too.
      this.end()
    }
  }

  /** @internal The daemon has finished. */
  acceptFinish(): void {
    this.#over(null)
    this.push(null)
    if (!this.#saidFinish) this.end()
  }

  /** @internal The daemon, or the connection, has failed. */
  acceptFailure(error: LibvirtError | Error): void {
    this.#over(error)
    this.destroy(error)
  }

  /** @internal The call that was to open it failed. */
  neverOpened(): void {
    this.#over(null)
    this.destroy()
  }

  /** @internal The daemon has opened it after all, and would send and hold what nobody wants. */
  openedInVain(): void {
    this.#line.abort()
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#sendFrom(chunk, 0, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#isOver) {
      this.#saidFinish = true
      this.#line.finish()
    }
    if (this.#isOver) done(this.#failure)
    else this.#onOver = done
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#isOver) {
      this.#line.abort()
      this.#over(error)
    }
    done(error)
  }

  #sendFrom(chunk: Uint8Array, offset: number, done: (error?: Error | null) => void): void {
    if (offset >= chunk.length || this.#isOver) {
      done(this.#failure)
      return
    }
    this.#line.send(chunk.subarray(offset, offset + maxStreamBytes), () => {
      this.#sendFrom(chunk, offset + maxStreamBytes, done)
    })
  }

  #over(failure: Error | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = failure
    this.#line.forget()
    this.#onOver?.(failure)
  }
}
