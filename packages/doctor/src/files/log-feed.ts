import { StringDecoder } from 'node:string_decoder'
import type { Duplex } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { Unreadable } from '@landfall/nova'
import { externalFormat, externalUnpacker } from './external-unpacker.ts'
import { looksLikeJson, plainLines } from './plain-lines.ts'

/** Takes the text of logs, in order; what cannot be read is told to it and left out. */
export interface LogSink {
  readonly text: (chunk: string, file: string) => void
  /** One line that stands at `lineNumber` of the file, and need not be as it is there. */
  readonly line: (text: string, file: string, lineNumber: number) => void
  readonly unreadable: (what: Unreadable) => void
}

/** Decompressed text comes in pieces of this size. */
const pieceBytes = 2 ** 16
/** A traceback and its context fit; what is longer is cut, and then no object any more. */
const mostJsonLine = 2 ** 20

/**
 * The bytes of one log file, made text as they come: compressed or not is seen by the first bytes, since rotation renames
 * before it compresses. Nothing is held but a piece; a stream that breaks off gives what it had, and is counted.
 */
export class LogFeed {
  readonly #file: string
  readonly #sink: LogSink
  readonly #decoder = new StringDecoder('utf8')
  #head: Buffer = Buffer.alloc(0)
  #unpacker: Duplex | null = null
  #begun = false
  #broken = false
  /** Of a log whose lines are JSON: what came of the line that is not over, and how many are. Null for one of plain text. */
  #json: { rest: string; lines: number } | null = null
  #spoken = false

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
    this.#say(this.#decoder.end())
    if (this.#json !== null && this.#json.rest !== '') this.#say('\n')
  }

  async #begin(): Promise<void> {
    this.#begun = true
    const head = this.#head
    this.#head = Buffer.alloc(0)
    if (head[0] === 0x1f && head[1] === 0x8b) this.#unpack(createGunzip({ chunkSize: pieceBytes }))
    else if (head.length >= 4 && head.readUInt32LE() === 0xfd2fb528) {
      this.#unpack(createZstdDecompress({ chunkSize: pieceBytes }))
    } else {
      const format = externalFormat(head)
      if (format !== null) this.#unpack(externalUnpacker(format))
    }
    await this.#pass(head)
  }

  #unpack(unpacker: Duplex): void {
    this.#unpacker = unpacker
    // Flowing: what was unpacked is handed on at once, so that nothing waits in a buffer that an error throws away.
    unpacker.on('data', (piece: Buffer) => this.#take(piece))
    unpacker.on('error', () => {
      this.#broken = true
      this.#sink.unreadable({ file: this.#file, what: 'truncated-gzip', count: 1 })
    })
  }

  #take(bytes: Buffer): void {
    this.#say(this.#decoder.write(bytes))
  }

  #say(text: string): void {
    if (text === '') return
    if (!this.#spoken) {
      this.#spoken = true
      if (looksLikeJson(text)) this.#json = { rest: '', lines: 0 }
    }
    const json = this.#json
    if (json === null) return this.#sink.text(text, this.#file)
    const lines = (json.rest + text).split('\n')
    json.rest = (lines.pop() ?? '').slice(0, mostJsonLine)
    for (const line of lines) {
      json.lines += 1
      for (const plain of plainLines(line) ?? [line]) this.#sink.line(plain, this.#file, json.lines)
    }
  }

  async #pass(bytes: Buffer): Promise<void> {
    const unpacker = this.#unpacker
    if (unpacker === null) return this.#take(bytes)
    const { promise, resolve } = Promise.withResolvers<void>()
    // Neither comes where the other does.
    unpacker.once('close', resolve)
    // Not copied: what was taken has been unpacked when it answers.
    unpacker.write(bytes, () => resolve())
    await promise
    unpacker.off('close', resolve)
  }
}
