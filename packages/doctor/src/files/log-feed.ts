import { StringDecoder } from 'node:string_decoder'
import type { Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { Unreadable } from '@landfall/nova'

/** Takes the text of logs, in order; what cannot be read is told to it and left out. */
export interface LogSink {
  readonly text: (chunk: string, file: string) => void
  readonly unreadable: (what: Unreadable) => void
}

/** Decompressed text comes in pieces of this size. */
const pieceBytes = 2 ** 16

/**
 * The bytes of one log file, made text as they come: compressed or not is seen by the first bytes, since rotation renames
 * before it compresses. Nothing is held but a piece; a stream that breaks off gives what it had, and is counted.
 */
export class LogFeed {
  readonly #file: string
  readonly #sink: LogSink
  readonly #decoder = new StringDecoder('utf8')
  #head: Buffer = Buffer.alloc(0)
  #unpacker: Transform | null = null
  #begun = false
  #broken = false

  constructor(file: string, sink: LogSink) {
    this.#file = file
    this.#sink = sink
  }

  /** The bytes may be overwritten once this has resolved. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#broken || bytes.length === 0) return
    if (this.#begun) return this.#pass(bytes)
    this.#head = Buffer.concat([this.#head, bytes])
    if (this.#head.length >= 4) await this.#begin()
  }

  async end(): Promise<void> {
    if (!this.#begun) await this.#begin()
    const unpacker = this.#unpacker
    if (unpacker !== null && !this.#broken) {
      const { promise, resolve } = Promise.withResolvers<void>()
      unpacker.once('close', resolve)
      unpacker.end()
      await promise
    }
    const rest = this.#decoder.end()
    if (rest !== '') this.#sink.text(rest, this.#file)
  }

  async #begin(): Promise<void> {
    this.#begun = true
    const head = this.#head
    this.#head = Buffer.alloc(0)
    if (head[0] === 0x1f && head[1] === 0x8b) this.#unpack(createGunzip({ chunkSize: pieceBytes }))
    else if (head.length >= 4 && head.readUInt32LE() === 0xfd2fb528) {
      this.#unpack(createZstdDecompress({ chunkSize: pieceBytes }))
    }
    await this.#pass(head)
  }

  #unpack(unpacker: Transform): void {
    this.#unpacker = unpacker
    // Flowing: what was unpacked is handed on at once, so that nothing waits in a buffer that an error throws away.
    unpacker.on('data', (piece: Buffer) => this.#take(piece))
    unpacker.on('error', () => {
      this.#broken = true
      this.#sink.unreadable({ file: this.#file, what: 'truncated-gzip', count: 1 })
    })
  }

  #take(bytes: Buffer): void {
    const text = this.#decoder.write(bytes)
    if (text !== '') this.#sink.text(text, this.#file)
  }

  async #pass(bytes: Buffer): Promise<void> {
    const unpacker = this.#unpacker
    if (unpacker === null) return this.#take(bytes)
    const { promise, resolve } = Promise.withResolvers<void>()
    // Neither comes where the other does.
    unpacker.once('close', resolve)
    unpacker.write(Buffer.from(bytes), () => resolve())
    await promise
    unpacker.off('close', resolve)
  }
}
