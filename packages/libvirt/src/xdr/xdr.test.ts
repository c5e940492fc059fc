import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LibvirtClientError } from '../errors.ts'
import { XdrReader } from './xdr-reader.ts'
import { XdrWriter } from './xdr-writer.ts'

const written = (write: (writer: XdrWriter) => unknown): Buffer => {
  const writer = new XdrWriter(4)
  write(writer)
  return writer.finish()
}

const hex = (write: (writer: XdrWriter) => unknown): string => written(write).toString('hex')

const thrownCode = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    return error instanceof LibvirtClientError ? error.code : String(error)
  }
  return undefined
}

const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'))

describe('XDR as libvirt uses it', () => {
  it('lays each type out big-endian and in fours', () => {
    expect(hex((w) => w.int(-2))).toBe('fffffffe')
    expect(hex((w) => w.u32(0xdeadbeef))).toBe('deadbeef')
    expect(hex((w) => w.i64(-1n))).toBe('ffffffffffffffff')
    expect(hex((w) => w.u64(1n << 63n))).toBe('8000000000000000')
    expect(hex((w) => w.double(1))).toBe('3ff0000000000000')
    expect(hex((w) => w.string('abcde'))).toBe('000000056162636465000000')
    expect(hex((w) => w.string(''))).toBe('00000000')
    expect(hex((w) => w.opaque(Uint8Array.of(1, 2)))).toBe('0000000201020000')
    expect(hex((w) => w.optional('a', (writer, value) => writer.string(value)))).toBe('000000010000000161000000')
    expect(hex((w) => w.optional<string>(undefined, (writer, value) => writer.string(value)))).toBe('00000000')
  })

  it('gives every char of a char array four bytes', () => {
    expect(hex((w) => w.fixedChars(Buffer.from('q3'), 3))).toBe('000000710000003300000000')
    const bytes = written((w) => w.chars(Uint8Array.of(7, 250)))
    expect(new XdrReader(bytes).chars(2)).toEqual(Uint8Array.of(7, 250))
  })

  it('reads back what it wrote, to the last byte', () => {
    const value = fc.record({
      int: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
      u32: fc.integer({ min: 0, max: 0xffff_ffff }),
      i64: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
      u64: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      double: fc.double({ noNaN: true }),
      text,
      bytes: fc.uint8Array({ maxLength: 70 }),
      uuid: fc.uuid(),
      list: fc.array(text, { maxLength: 8 }),
      optional: fc.option(text, { nil: undefined }),
    })
    fc.assert(
      fc.property(value, (v) => {
        const bytes = written((w) => {
          w.int(v.int).u32(v.u32).i64(v.i64).u64(v.u64).double(v.double).string(v.text).opaque(v.bytes).uuid(v.uuid)
          w.list(v.list, 8, (writer, item) => writer.string(item)).optional(v.optional, (writer, item) =>
            writer.string(item),
          )
        })
        expect(bytes.length % 4).toBe(0)
        const r = new XdrReader(bytes)
        const read = {
          int: r.int(),
          u32: r.u32(),
          i64: r.i64(),
          u64: r.u64(),
          double: r.double(),
          text: r.string(),
          bytes: r.opaque(70),
          uuid: r.uuid(),
          list: r.list(8, (reader) => reader.string()),
          optional: r.optional((reader) => reader.string()),
        }
        r.end()
        expect(read).toEqual(v)
      }),
    )
  })

  it('refuses to write what has no place in the type', () => {
    const writes: ((w: XdrWriter) => unknown)[] = [
      (w) => w.int(0x8000_0000),
      (w) => w.int(1.5),
      (w) => w.int(Number.NaN),
      (w) => w.u32(-1),
      (w) => w.u64(-1n),
      (w) => w.u64(1n << 64n),
      (w) => w.i64(1n << 63n),
      (w) => w.string('a\0b'),
      (w) => w.uuid('not-a-uuid'),
      (w) => w.fixedChars(Buffer.from('toolong'), 3),
      (w) => w.list([1, 2, 3], 2, (writer, item) => writer.int(item)),
    ]
    expect(writes.map((write) => thrownCode(() => written(write)))).toEqual(writes.map(() => 'LIBVIRT_BAD_ARGUMENT'))
  })
})

describe('reading bytes that are wrong', () => {
  const reads: Readonly<Record<string, (reader: XdrReader) => unknown>> = {
    int: (r) => r.int(),
    u64: (r) => r.u64(),
    string: (r) => r.string(),
    opaque: (r) => r.opaque(1000),
    chars: (r) => r.chars(1000),
    uuid: (r) => r.uuid(),
    list: (r) => r.list(1000, (reader) => reader.string()),
    optional: (r) => r.optional((reader) => reader.u64()),
  }

  it('fails with LIBVIRT_BAD_BYTES or reads something, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(reads)), fc.uint8Array({ maxLength: 64 }), (read, bytes) => {
        expect([undefined, 'LIBVIRT_BAD_BYTES']).toContain(thrownCode(() => read(new XdrReader(bytes))))
      }),
    )
  })

  it('judges a count before anything is kept for it', () => {
    const claimsMuch = Buffer.from('003fffff', 'hex')
    expect(thrownCode(() => new XdrReader(claimsMuch).string())).toBe('LIBVIRT_BAD_BYTES')
    expect(thrownCode(() => new XdrReader(claimsMuch).list(0x3fffff, (r) => r.int()))).toBe('LIBVIRT_BAD_BYTES')
    expect(thrownCode(() => new XdrReader(Buffer.from('ffffffff', 'hex')).string())).toBe('LIBVIRT_BAD_BYTES')
  })

  it('refuses an optional field that is neither there nor missing, and bytes left over', () => {
    expect(thrownCode(() => new XdrReader(Buffer.from('00000002', 'hex')).optional((r) => r.int()))).toBe(
      'LIBVIRT_BAD_BYTES',
    )
    expect(
      thrownCode(() => {
        new XdrReader(Buffer.from('00000002', 'hex')).end()
      }),
    ).toBe('LIBVIRT_BAD_BYTES')
  })
})
