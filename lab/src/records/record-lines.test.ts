import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { lineChecksum, parseProgress, parseRecord } from './record-lines.ts'

const line = (at: number, body: string): string => `${at.toFixed(3)} ${1000 + at} ${body} ${lineChecksum(body)}\n`

test('a line written by the guest is read with all its counters', () => {
  // Recorded from a guest as it stood in its record.
  const recorded = '1897494.697 1795461665032 P 8eaa41ca 7231 9342598 9342496 9359048 0 1030 41 0 0 401d\n'
  expect(parseProgress(recorded).samples).toEqual([
    {
      atMonotonicMs: 1_897_494.697,
      atWallMs: 1_795_461_665_032,
      bootId: '8eaa41ca',
      uptimeMs: 7231,
      work: 9_342_598,
      pagesWritten: 9_342_496,
      pagesVerified: 9_359_048,
      pagesWrong: 0,
      blocksWritten: 1030,
      blocksVerified: 41,
      blocksWrong: 0,
      sweeps: 0,
      longestGapMs: null,
    },
  ])
})

test('news of the guest are kept apart from its progress', () => {
  const record = parseProgress(
    line(1, 'F 00000001 900 0 230000 1000') +
      line(2, 'P 00000001 1000 1 1 1 0 0 0 0 0') +
      line(3, 'W 00000001 1001 page 17 0000001100000002 0000001100000001') +
      line(4, 'Q 00000001 1002'),
  )
  expect(record.samples).toHaveLength(1)
  expect(record).toMatchObject({ pagesInAll: 230_000, pagesInSet: 1000 })
  expect(record.wrongs.map(({ text }) => text)).toEqual(['W 00000001 1001 page 17 0000001100000002 0000001100000001'])
  expect(record.poweredOffAtMonotonicMs).toBe(4)
  expect(record.tornLines).toBe(0)
})

test('how long requests took is told beside the progress, each by itself', () => {
  const { requests, samples } = parseProgress(
    line(7, 'P 00000001 1000 1 1 1 0 0 0 0 0') + line(8, 'L 00000001 1001 950 12400') + line(9, 'L 00000001 1041 1000'),
  )
  expect(samples).toHaveLength(1)
  expect(requests).toEqual([
    { atMonotonicMs: 8, tookMs: 0.95 },
    { atMonotonicMs: 8, tookMs: 12.4 },
    { atMonotonicMs: 9, tookMs: 1 },
  ])
})

test('a torn line is counted and never read as progress', () => {
  const whole = line(5, 'P 00000001 1000 123 123 1 0 0 0 0 0')
  const body = whole.split(' ').slice(2).join(' ').trimEnd()
  fc.assert(
    fc.property(fc.integer({ min: 0, max: body.length - 1 }), (cut) => {
      const record = parseProgress(`5.000 1005 ${body.slice(0, cut)}\n`)
      expect(record.samples).toEqual([])
      expect(record.tornLines).toBe(1)
    }),
  )
})

test('a record cut anywhere is read as far as its lines are whole', () => {
  const text = line(1, 'P 0a 1 1 1 1 0 0 0 0 0') + line(2, 'P 0a 2 2 2 2 0 0 0 0 0') + line(3, 'P 0a 3 3 3 3 0 0 0 0 0')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length }), (cut) => {
      const whole = text.slice(0, cut).split('\n').length - 1
      const { length } = parseProgress(text.slice(0, cut)).samples
      expect(length === whole || length === whole + 1).toBe(true)
    }),
  )
})

test('what is no line of a record is left out', () => {
  expect(parseRecord('half a line\n12.5 99 [    1.0] oops\n\n')).toEqual([
    { atMonotonicMs: 12.5, atWallMs: 99, text: '[    1.0] oops' },
  ])
})
