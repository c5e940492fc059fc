import { expect, test } from 'vitest'
import { calibratedByEarlier, coverageOf, coverageTable, toldBy } from './coverage.ts'
import { linuxMachine } from '../machine.ts'
import { runOf } from '../testing.ts'

const told = (strategy: string, actual: number) => ({
  strategy,
  figure: 'total time',
  predicted: { low: 8, likely: 10, high: 14 },
  actual,
})

test('runs within, below and above their ranges are counted for each strategy and figure, with the width and the error', () => {
  const [preCopy, postCopy] = coverageOf([
    told('pre-copy', 10),
    told('pre-copy', 8),
    told('pre-copy', 7),
    told('pre-copy', 20),
    told('post-copy', 12),
  ])
  expect(preCopy).toMatchObject({ strategy: 'pre-copy', runs: 4, within: 2, below: 1, above: 1 })
  expect(preCopy?.width).toBeCloseTo(0.6, 5)
  expect(postCopy).toMatchObject({ strategy: 'post-copy', runs: 1, within: 1, error: expect.closeTo(1 / 6, 5) })
  expect(coverageTable(coverageOf([told('pre-copy', 7)]))).toContain(
    '| pre-copy | total time | 1 | 0 % | 1 | 0 | 0.86 | 43 % |',
  )
})

test('of the bench only finished runs of Landfall tell something, with the figures that were predicted', () => {
  const runs = [runOf({ totalTimeMs: 13_000 }), runOf({ outcome: 'refused' }), runOf({ contender: 'virsh' })]
  expect(toldBy({ machine: linuxMachine, runs })).toEqual([
    {
      strategy: 'post-copy',
      figure: 'total time',
      predicted: { low: 9000, likely: 10_000, high: 12_000 },
      actual: 13_000,
    },
  ])
})

test('a range is calibrated by the runs before it alone, and from the eleventh on', () => {
  const runs = Array.from({ length: 30 }, (_, index) => told('pre-copy', 9.5 + (index % 5) * 0.25))
  const after = calibratedByEarlier(runs)
  expect(after).toHaveLength(20)
  const [before, then] = [coverageOf(runs)[0], coverageOf(after)[0]]
  expect(then?.width).toBeLessThan((before?.width ?? 0) / 2)
  expect((then?.within ?? 0) / (then?.runs ?? 1)).toBeGreaterThanOrEqual(0.85)
})
