import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deltaBytes } from './delta-bytes.ts'

const pageBytes = 4096
const page = (fill = 7): Uint8Array => new Uint8Array(pageBytes).fill(fill)
const changed = (...places: readonly number[]): Uint8Array => {
  const after = page()
  for (const place of places) after[place] = 8
  return after
}

describe('what XBZRLE sends of a page', () => {
  test.each([
    ['as it was', page(), 0],
    // 1 for no equal bytes, 1 for one changed one, itself; what follows is equal.
    ['first byte changed', changed(0), 3],
    ['equal for 127 bytes, then one changed', changed(127), 3],
    ['equal for 128 bytes, then one changed', changed(128), 4],
    ['last byte changed', changed(4095), 4],
    ['two neighbours changed', changed(10, 11), 4],
    ['two changed with one between', changed(10, 12), 6],
    ['all changed: the page itself', page(8), 4096],
    // Three bytes for each second one.
    ['each second byte changed: no smaller', changed(...Array.from({ length: 2048 }, (_, i) => 2 * i)), 4096],
  ])('%s', (_, after, bytes) => {
    expect(deltaBytes(page(), after)).toBe(bytes)
  })
})

const pages = fc
  .array(fc.tuple(fc.nat(pageBytes - 1), fc.integer({ min: 1, max: 300 }), fc.nat(255)), { maxLength: 60 })
  .map((writes) => {
    const after = page()
    for (const [from, length, value] of writes) after.fill(value, from, from + length)
    return after
  })

test('it never takes more than the page, and nothing only where nothing has changed', () => {
  fc.assert(
    fc.property(pages, pages, (before, after) => {
      const bytes = deltaBytes(before, after)
      expect(bytes).toBeLessThanOrEqual(pageBytes)
      expect(bytes === 0).toBe(Buffer.compare(before, after) === 0)
    }),
  )
})

test('it is what an encoder writes, from which the page can be made again', () => {
  fc.assert(
    fc.property(pages, pages, (before, after) => {
      const bytes = deltaBytes(before, after)
      if (bytes === pageBytes) return
      const delta = encode(before, after)
      expect(delta.length).toBe(bytes)
      expect(Buffer.compare(decode(before, delta), after)).toBe(0)
    }),
  )
})

const uleb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, value >> 7])

/** Byte by byte, as the format is described. */
function encode(before: Uint8Array, after: Uint8Array): number[] {
  const out: number[] = []
  let equal = 0
  let run: number[] = []
  const flush = (): void => {
    if (run.length === 0) return
    out.push(...uleb(equal), ...uleb(run.length), ...run)
    equal = 0
    run = []
  }
  for (const [at, value] of after.entries()) {
    if (value === before[at]) {
      flush()
      equal++
    } else run.push(value)
  }
  flush()
  return out
}

function decode(before: Uint8Array, delta: readonly number[]): Uint8Array {
  const page = Uint8Array.from(before)
  let [from, at] = [0, 0]
  const number = (): number => {
    const low = delta[from++] ?? 0
    return low < 128 ? low : (low & 127) + (delta[from++] ?? 0) * 128
  }
  while (from < delta.length) {
    at += number()
    const count = number()
    page.set(delta.slice(from, from + count), at)
    at += count
    from += count
  }
  return page
}
