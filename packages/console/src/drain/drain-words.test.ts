import type { Drain } from '@landfall/api'
import { range } from '@landfall/core'
import { expect, test } from 'vitest'
import { drainName, stopWords, toGoWords } from './drain-words.ts'

const due = (low: number, high: number): Drain =>
  // Only what the words are made of.
  ({ state: { end: null }, progress: { endsAt: range(low, high, high) } }) as unknown as Drain

test('a drain that is late says by how much, and never less than nothing', () => {
  expect(toGoWords(due(20_000, 50_000), 10_000)).toBe('10-40 s')
  expect(toGoWords(due(20_000, 50_000), 30_000)).toBe('at most 20 s')
  expect(toGoWords(due(20_000, 50_000), 55_000)).toBe('5 s over its range')
})

test('the guests of a way back that is stopped are not said to be on the host that they were to come to', () => {
  expect(drainName({ host: 'host1', kind: 'drain' })).toBe('the drain of host1')
  expect(stopWords({ host: 'host1', kind: 'drain' })).toContain('the others stay on host1.')
  expect(drainName({ host: 'host1', kind: 'undrain' })).toBe('the way back to host1')
  expect(stopWords({ host: 'host1', kind: 'undrain' })).toContain('the others stay where they are.')
})
