/**
 * A tar stream (ustar, GNU and pax names) taken apart as it comes, as far as a list of regular files needs.
 *
 * @module
 */

/** Takes the files of a stream, one after the other. */
export interface TarTaker {
  readonly begin: (name: string, bytes: number) => Promise<void> | void
  /** The bytes may be overwritten once this has resolved. */
  readonly data: (bytes: Buffer) => Promise<void> | void
  readonly end: () => Promise<void> | void
}

/** A stream that is no tar, or ends within a file. */
export class TarError extends Error {}

const blockBytes = 512
/** Names in pax headers and GNU long names; more than this is no name. */
const mostNameBytes = 65_536

type Part = { readonly kind: 'file' | 'name' | 'pax' | 'skip'; left: number; padding: number }

export class TarReader {
  readonly #taker: TarTaker
  #header = Buffer.alloc(0)
  #part: Part | null = null
  #collected: Buffer[] = []
  /** Name that an earlier header gives to the next file. */
  #longName: string | null = null
  #ended = false

  constructor(taker: TarTaker) {
    this.#taker = taker
  }

  /** @throws TarError */
  async write(bytes: Buffer): Promise<void> {
    let rest = bytes
    while (rest.length > 0 && !this.#ended) {
      const part = this.#part
      if (part === null) {
        const wanted = blockBytes - this.#header.length
        this.#header = Buffer.concat([this.#header, rest.subarray(0, wanted)])
        rest = rest.subarray(wanted)
        if (this.#header.length === blockBytes) await this.#begin()
      } else if (part.left > 0) {
        const piece = rest.subarray(0, part.left)
        rest = rest.subarray(piece.length)
        part.left -= piece.length
        if (part.kind === 'file') await this.#taker.data(piece)
        else if (part.kind !== 'skip') this.#collected.push(Buffer.from(piece))
        if (part.left === 0) await this.#finish(part)
      } else {
        const skipped = Math.min(part.padding, rest.length)
        part.padding -= skipped
        rest = rest.subarray(skipped)
        if (part.padding === 0) this.#part = null
      }
    }
  }

  /** @throws TarError where the stream ends within a file */
  end(): void {
    if (!this.#ended && (this.#part !== null || this.#header.length > 0)) throw new TarError('it ends within a file')
  }

  async #begin(): Promise<void> {
    const header = this.#header
    this.#header = Buffer.alloc(0)
    if (header.every((byte) => byte === 0)) {
      this.#ended = true
      return
    }
    if (!hasRightSum(header)) throw new TarError('it is no tar stream')
    const type = String.fromCharCode(header[156] ?? 0)
    const left = numberAt(header, 124, 12)
    const padding = (blockBytes - (left % blockBytes)) % blockBytes
    const kind =
      type === '0' || type === '\0' || type === '7' ? 'file' : type === 'L' ? 'name' : type === 'x' ? 'pax' : 'skip'
    if ((kind === 'name' || kind === 'pax') && left > mostNameBytes) throw new TarError('a name in it is too long')
    this.#part = { kind, left, padding }
    if (kind === 'file') {
      const name = this.#longName ?? nameOf(header)
      this.#longName = null
      await this.#taker.begin(name, left)
    }
    if (left === 0) await this.#finish(this.#part)
  }

  async #finish(part: Part): Promise<void> {
    if (part.padding === 0) this.#part = null
    if (part.kind === 'file') return this.#taker.end()
    const collected = Buffer.concat(this.#collected).toString('utf8')
    this.#collected = []
    if (part.kind === 'name') this.#longName = collected.replace(/\0.*$/s, '')
    // "27 path=some/long/name\n": length, key, value.
    else if (part.kind === 'pax') this.#longName = /^\d+ path=(.*)$/m.exec(collected)?.[1] ?? this.#longName
  }
}

const textAt = (header: Buffer, at: number, length: number): string =>
  header.toString('utf8', at, at + length).replace(/\0.*$/s, '')

function nameOf(header: Buffer): string {
  const prefix = textAt(header, 257, 6) === 'ustar' ? textAt(header, 345, 155) : ''
  const name = textAt(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Octal text, or GNU's binary numbers for what is larger. */
function numberAt(header: Buffer, at: number, length: number): number {
  const first = header[at] ?? 0
  if ((first & 0x80) !== 0) return Number(header.readBigUInt64BE(at + length - 8))
  const text = textAt(header, at, length).trim()
  if (!/^[0-7]*$/.test(text)) throw new TarError('it is no tar stream')
  return Number.parseInt(text === '' ? '0' : text, 8)
}

/** The sum of all bytes, its own counted as blanks. */
function hasRightSum(header: Buffer): boolean {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0)
  const told = textAt(header, 148, 8).trim()
  return /^[0-7]+$/.test(told) && Number.parseInt(told, 8) === sum
}
