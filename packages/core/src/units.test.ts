import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputError, LandfallError } from './errors/errors.ts'
import {
  durationOption,
  formatBytes,
  formatDuration,
  formatRate,
  GiB,
  MiB,
  parseDuration,
  parsePercent,
  parseRate,
  parseSize,
  roundUpDuration,
  toldApart,
} from './units.ts'

describe('sizes', () => {
  test.each([
    ['600MiB', 600 * MiB],
    ['1.5 GiB', 1.5 * GiB],
    ['2GB', 2e9],
    ['4G', 4 * GiB],
    ['512k', 512 * 1024],
    ['1048576', MiB],
    ['100 b', 100],
  ])('%s is read', (text, bytes) => expect(parseSize(text)).toBe(bytes))

  test.each(['', 'MiB', '-1GiB', '1.GiB', '10 apples', '1e9', '600 MiB x'])(
    '"%s" is refused with what is accepted',
    (text) => {
      expect(() => parseSize(text)).toThrow(/such as 600MiB/)
    },
  )
})

describe('rates', () => {
  test.each([
    ['800Mbit/s', 1e8],
    ['800Mbit', 1e8],
    ['10Gbps', 1.25e9],
    ['91MiB/s', 91 * MiB],
    ['100MB/s', 1e8],
    ['2.5 Gbit/s', 312_500_000],
  ])('%s is read', (text, rate) => expect(parseRate(text)).toBe(rate))

  test.each(['', '0Mbit/s', '91MiB', 'fast', '-1Gbit/s', '10'])('"%s" is refused with what is accepted', (text) => {
    expect(() => parseRate(text)).toThrow(/800Mbit\/s/)
  })
})

describe('durations', () => {
  test.each([
    ['300ms', 300],
    ['2s', 2000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['2 min 5 s', 125_000],
    ['1d', 86_400_000],
  ])('%s is read', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each(['', '10', 's', '5 parsecs', '-2s', '1h30'])('"%s" is refused with what is accepted', (text) => {
    expect(() => parseDuration(text)).toThrow(/1h30m/)
  })

  test('property: what is printed is read back within a per cent or a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 * 86_400_000 }), (ms) => {
        const back = parseDuration(formatDuration(ms))
        const shownTo = ms >= 3_600_000 ? 60_000 : ms >= 59_950 ? 1000 : 50
        expect(Math.abs(back - ms)).toBeLessThanOrEqual(shownTo)
      }),
    )
  })

  test('property: an option holds at least what was asked for, and is read back exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), (ms) => {
        const rounded = roundUpDuration(ms)
        expect(rounded).toBeGreaterThanOrEqual(ms)
        expect(parseDuration(durationOption(rounded))).toBe(rounded)
      }),
    )
  })

  test.each([
    [6690, '7s'],
    [690, '700ms'],
    [31_000, '40s'],
    [301_000, '6m'],
  ])('%d ms rounds up to the option %s', (ms, option) => expect(durationOption(roundUpDuration(ms))).toBe(option))

  test('one that is longer than another reads as longer', () => {
    expect(toldApart(13_300, 7000)).toEqual(['13.3 s', '7 s'])
    expect(toldApart(10_052.1, 10_051.9)).toEqual(['10053 ms', '10051 ms'])
    expect(toldApart(Infinity, 1000)).toEqual(['∞', '1 s'])
  })
})

describe('percentages', () => {
  test.each([
    ['80', 80],
    ['80%', 80],
    ['12.5 %', 12.5],
    ['0', 0],
  ])('%s is read', (text, percent) => expect(parsePercent(text)).toBe(percent))

  test.each(['101', '-1', 'half', '%'])('"%s" is refused', (text) => {
    expect(() => parsePercent(text)).toThrow(/from 0 to 100/)
  })
})

describe('what is printed', () => {
  test('has three figures at most', () => {
    expect(formatBytes(1.65 * GiB)).toBe('1.65 GiB')
    expect(formatBytes(600 * MiB)).toBe('600 MiB')
    expect(formatBytes(12)).toBe('12 B')
    expect(formatRate(91.04 * MiB)).toBe('91 MiB/s')
    expect(formatDuration(6693)).toBe('6.7 s')
    expect(formatDuration(Infinity)).toBe('∞')
  })
})

test('an input error carries a stable code and is one of ours', () => {
  const error = catchError(() => parseSize('many'))
  expect(error).toBeInstanceOf(InputError)
  expect(error).toBeInstanceOf(LandfallError)
  expect(error).toMatchObject({ code: 'bad-size', name: 'InputError' })
})

function catchError(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return null
}
