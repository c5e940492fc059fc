import { Buffer } from 'node:buffer'
import { LibvirtClientError } from '../errors.ts'

// remote_protocol.x REMOTE_STRING_MAX
const stringMax = 4_194_304

/** Reads XDR from one message. Every mistake in the bytes is a LIBVIRT_BAD_BYTES; nothing is allocated beyond what is there. */
export class XdrReader {
  readonly #bytes: Buffer
  #offset: number

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#offset = offset
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  #take(size: number): number {
    const offset = this.#offset
    if (offset + size > this.#bytes.length) {
      throw badBytes(`the message ends ${offset + size - this.#bytes.length} bytes early`)
    }
    this.#offset = offset + size
    return offset
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#take(4))
  }

  i64(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8))
  }

  u64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8))
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8))
  }

  string(): string {
    const size = this.#count(stringMax, 1)
    const offset = this.#take(padded(size))
    return this.#bytes.toString('utf8', offset, offset + size)
  }

  /** Counted bytes (`opaque<>`), copied: the result does not keep the whole message alive. */
  opaque(max: number): Uint8Array {
    return this.fixed(this.#count(max, 1))
  }

  /** `size` bytes without a count (`opaque[n]`). */
  fixed(size: number): Uint8Array {
    const offset = this.#take(padded(size))
    return new Uint8Array(this.#bytes.subarray(offset, offset + size))
  }

  /** All that is left, as it is: the bytes of a stream. */
  rest(): Uint8Array {
    const offset = this.#take(this.remaining)
    return new Uint8Array(this.#bytes.subarray(offset))
  }

  chars(max: number): Uint8Array {
    return this.fixedChars(this.#count(max, 4))
  }

  fixedChars(size: number): Uint8Array {
    const offset = this.#take(size * 4)
    return Uint8Array.from({ length: size }, (_, index) => this.#bytes[offset + index * 4 + 3] ?? 0)
  }

  uuid(): string {
    const offset = this.#take(16)
    const hex = this.#bytes.toString('hex', offset, offset + 16)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  optional<T>(read: (reader: XdrReader) => T): T | undefined {
    const present = this.u32()
    if (present > 1) throw badBytes(`an optional field says ${present} instead of 0 or 1`)
    return present === 1 ? read(this) : undefined
  }

  list<T>(max: number, read: (reader: XdrReader) => T): T[] {
    const count = this.#count(max, 4)
    const values: T[] = []
    for (let index = 0; index < count; index++) values.push(read(this))
    return values
  }

  // Every element takes at least `elementSize` bytes, so a count beyond what is left is refused before anything is allocated.
  #count(max: number, elementSize: number): number {
    const count = this.u32()
    if (count > max) throw badBytes(`a list of ${count} where at most ${max} are allowed`)
    if (count * elementSize > this.remaining)
      throw badBytes(`a list of ${count} does not fit into the ${this.remaining} bytes left`)
    return count
  }

  /** Fails unless everything was read. */
  end(): void {
    if (this.remaining !== 0) throw badBytes(`${this.remaining} bytes left over after the message's last field`)
  }
}

const padded = (size: number): number => (size + 3) & ~3

const badBytes = (message: string): LibvirtClientError => new LibvirtClientError('LIBVIRT_BAD_BYTES', message)
