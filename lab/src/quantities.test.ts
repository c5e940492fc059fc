import { describe, expect, test } from 'vitest'

import { formatLinkRate, parseLinkRate, parseSize, parseWriteRate } from './quantities.ts'

describe('sizes', () => {
  test.each([
    ['600MiB', 629_145_600],
    ['1GiB', 1_073_741_824],
    ['0', 0],
    ['1.5KiB', 1536],
    [4096, 4096],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  test.each(['', '1GB', 'MiB', '-1MiB', '1 2MiB', '1e9', '99999999TiB'])('"%s" is refused', (text) => {
    expect(() => parseSize(text)).toThrow(expect.objectContaining({ code: 'quantity-invalid' }))
  })
})

test('a write rate is bytes a second, or no limit', () => {
  expect(parseWriteRate('20MiB')).toBe(20 * 1024 ** 2)
  expect(parseWriteRate('20MiB/s')).toBe(20 * 1024 ** 2)
  expect(parseWriteRate('max')).toBeNull()
})

describe('link rates', () => {
  test.each([
    ['800Mbit', 8e8, '800Mbit/s'],
    ['2Gbit/s', 2e9, '2Gbit/s'],
    ['1.5Gbit', 1.5e9, '1500Mbit/s'],
    ['1000kbit', 1e6, '1Mbit/s'],
  ])('%s is %d bit/s, written %s', (text, bitsPerSecond, written) => {
    expect(parseLinkRate(text)).toBe(bitsPerSecond)
    expect(formatLinkRate(bitsPerSecond)).toBe(written)
  })

  test('none is an unshaped link', () => {
    expect(parseLinkRate('none')).toBeNull()
  })

  test.each(['', '0Mbit', '800', '800MB', '1bit'])('"%s" is refused', (text) => {
    expect(() => parseLinkRate(text)).toThrow(expect.objectContaining({ code: 'quantity-invalid' }))
  })
})
