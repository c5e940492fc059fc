import type { Drain } from '@landfall/api'
import type { DrainPlan } from '@landfall/core'
import { range } from '@landfall/core'
import { expect, test } from 'vitest'
import { drainName, startWords, stopWords, toGoWords, whyNotStarted } from './drain-words.ts'

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

const many = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)
const planned = (kind: DrainPlan['kind'], moves: number, cannot: number) => {
  return { kind, host: 'host1', moves: many(moves), cannot: many(cannot), totalMs: range(9000, 9000, 9000) }
}

test('a way back in which no guest moves can be begun: its host takes guests again', () => {
  for (const verdict of ['go', 'partly'] as const) expect(whyNotStarted({ verdict })).toBeNull()
  expect(whyNotStarted({ verdict: 'refuse' })).toBe('it is refused as things are')
  const opens = 'host1 takes guests again from then on. It can be paused and stopped.'
  expect(startWords(planned('undrain', 0, 0))).toBe(`No guest moves. ${opens}`)
  expect(startWords(planned('undrain', 0, 1))).toBe(`No guest moves; 1 stays where it is. ${opens}`)
})

test('what comes of a start is told for a drain and for a way back as it is', () => {
  expect(startWords(planned('drain', 2, 1))).toMatch(
    /^2 guests move, which takes .*; 1 stays: host1 will not be empty\. host1 gets no/,
  )
  expect(startWords(planned('undrain', 1, 2))).toMatch(
    /^1 guest moves, which takes .*; 2 stay where they are\. host1 takes/,
  )
})
