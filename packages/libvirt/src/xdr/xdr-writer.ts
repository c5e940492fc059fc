import { Buffer } from 'node:buffer'
import { LibvirtClientError } from '../errors.ts'

const hexDigits = /^[0-9a-f]{32}$/

/** A growable big-endian writer of XDR (RFC 4506), as far as libvirt's protocol uses it. */
export class XdrWriter {
  #bytes: Buffer
  #length = 0

  constructor(initialCapacity = 256) {
    this.#bytes = Buffer.allocUnsafe(initialCapacity)
  }

  get length(): number {
    return this.#length
  }

  // May replace #bytes: reserve first, then write.
  #reserve(size: number): number {
    const offset = this.#length
    const needed = offset + size
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, offset)
      this.#bytes = grown
    }
    this.#length = needed
    return offset
  }

  int(value: number): this {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff)
      throw outOfRange(value, 'a 32-bit integer')
    const offset = this.#reserve(4)
    this.#bytes.writeInt32BE(value, offset)
    return this
  }

  u32(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
      throw outOfRange(value, 'an unsigned 32-bit integer')
    const offset = this.#reserve(4)
    this.#bytes.writeUInt32BE(value, offset)
    return this
  }

  i64(value: bigint): this {
    if (BigInt.asIntN(64, value) !== value) throw outOfRange(value, 'a 64-bit integer')
    const offset = this.#reserve(8)
    this.#bytes.writeBigInt64BE(value, offset)
    return this
  }

  u64(value: bigint): this {
    if (BigInt.asUintN(64, value) !== value) throw outOfRange(value, 'an unsigned 64-bit integer')
    const offset = this.#reserve(8)
    this.#bytes.writeBigUInt64BE(value, offset)
    return this
  }

  double(value: number): this {
    const offset = this.#reserve(8)
    this.#bytes.writeDoubleBE(value, offset)
    return this
  }

  string(value: string): this {
    if (value.includes('\0'))
      throw new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', 'a string for libvirt holds a NUL character')
    const size = Buffer.byteLength(value, 'utf8')
    this.u32(size)
    const offset = this.#reserve(padded(size))
    this.#bytes.write(value, offset, 'utf8')
    this.#bytes.fill(0, offset + size, this.#length)
    return this
  }

  /** Counted bytes (`opaque<>`). */
  opaque(value: Uint8Array): this {
    this.u32(value.length)
    return this.fixed(value)
  }

  /** Bytes as they are, without a count or padding. */
  raw(value: Uint8Array): this {
    const offset = this.#reserve(value.length)
    this.#bytes.set(value, offset)
    return this
  }

  /** Bytes without a count (`opaque[n]`), zero-padded to four. */
  fixed(value: Uint8Array): this {
    const offset = this.#reserve(padded(value.length))
    this.#bytes.set(value, offset)
    this.#bytes.fill(0, offset + value.length, this.#length)
    return this
  }

  /** `char x<>`: XDR gives each byte four. */
  chars(value: Uint8Array): this {
    this.u32(value.length)
    return this.fixedChars(value, value.length)
  }

  /** `char x[size]`: XDR gives each byte four; a shorter value is filled up with NUL. */
  fixedChars(value: Uint8Array, size: number): this {
    if (value.length > size) throw outOfRange(value.length, `at most ${size} bytes`)
    for (let index = 0; index < size; index++) this.int(value[index] ?? 0)
    return this
  }

  /** Sixteen bytes from the canonical text form. */
  uuid(value: string): this {
    const hex = value.replaceAll('-', '').toLowerCase()
    if (!hexDigits.test(hex)) throw new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', `not a UUID: '${value}'`)
    return this.fixed(Buffer.from(hex, 'hex'))
  }

  optional<T>(value: T | undefined, write: (writer: XdrWriter, value: T) => void): this {
    this.u32(value === undefined ? 0 : 1)
    if (value !== undefined) write(this, value)
    return this
  }

  list<T>(values: readonly T[], max: number, write: (writer: XdrWriter, value: T) => void): this {
    if (values.length > max) throw outOfRange(values.length, `a list of at most ${max}`)
    this.u32(values.length)
    for (const value of values) write(this, value)
    return this
  }

  /** Overwrites a number written earlier (a length known only at the end). */
  patchU32(offset: number, value: number): this {
    this.#bytes.writeUInt32BE(value, offset)
    return this
  }

  /** The bytes written so far; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }
}

const padded = (size: number): number => (size + 3) & ~3

const outOfRange = (value: number | bigint, wanted: string): LibvirtClientError =>
  new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', `${value} is not ${wanted}`)
