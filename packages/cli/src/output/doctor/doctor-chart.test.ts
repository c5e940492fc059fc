import { expect, test } from 'vitest'
import { strokes } from './doctor-chart.ts'

const MiB = 2 ** 20
const point = (elapsedS: number, processed: number, remaining: number) => ({
  elapsedS,
  processedBytes: processed * MiB,
  remainingBytes: remaining * MiB,
  totalBytes: 1000 * MiB,
})

test('within a pass samples are joined', () => {
  expect(strokes([point(0, 0, 1000), point(5, 500, 500)], 100 * MiB)).toHaveLength(1)
})

test('a jump between two samples is drawn where the pass was over, not as a slope', () => {
  const drawn = strokes([point(5, 500, 500), point(12, 1200, 400)], 100 * MiB)
  expect(drawn).toEqual([
    [
      [5, 500 * MiB],
      [10, 0],
    ],
    [
      [10, 600 * MiB],
      [12, 400 * MiB],
    ],
  ])
})

test('where nobody knows when it was, nothing is drawn between', () => {
  expect(strokes([point(5, 500, 500), point(12, 1200, 400)], null)).toEqual([[[5, 500 * MiB]], [[12, 400 * MiB]]])
})
