import { expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import { labFacts, quietFacts } from '../testing/lab-facts.ts'
import { MiB } from '../units.ts'
import { predictedCurve } from './predicted-curve.ts'

test('it falls at the rate of the link, and jumps at a boundary to what the guest wrote meanwhile', () => {
  const curve = predictedCurve(defaultIntent, labFacts, 'post-copy')
  expect(curve.map(({ remainingBytes }) => Math.round(remainingBytes / MiB))).toEqual([1026, 0, 600, 0])
  expect(curve[1]?.atMs).toBeCloseTo(labFacts.overheads.prepareMs + (1026 / 91) * 1000, -2)
})

test('passes of a guest that converges shrink', () => {
  const left = predictedCurve(defaultIntent, quietFacts, 'pre-copy').map(({ remainingBytes }) => remainingBytes)
  const boundaries = left.filter((bytes) => bytes > 0)
  expect(boundaries).toEqual(boundaries.toSorted((a, b) => b - a))
})

test('there is none for a guest that is not copied live', () => {
  expect(predictedCurve(defaultIntent, labFacts, 'cold')).toEqual([])
  expect(predictedCurve(defaultIntent, labFacts, null)).toEqual([])
})
