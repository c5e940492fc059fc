import { expect, test } from 'vitest'
import { MiB } from '../../units.ts'
import { passesOf } from './passes.ts'
import { whetherRaised } from './raised-limit.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenario.ts'
import { labFacts } from '../../testing/lab-facts.ts'

const link = 34 * MiB

/** Of a guest of 288 MiB that rewrites 96 MiB so fast, half of every page. */
const reading = (writesMiBps: number): Scenario => ({
  ...scenarios(labFacts).likely,
  firstPassBytes: 288 * MiB,
  link,
  distinct: (tMs) => 96 * MiB * -Math.expm1((-writesMiBps * tMs) / 1000 / 96),
  deltas: { link: link / 0.5, wireShare: 0.5 },
})

const limits = [300, 10_000] as const
const raised = (likelyMiBps: number, highMiBps: number): string | null =>
  whetherRaised(passesOf(reading(likelyMiBps), ...limits), passesOf(reading(highMiBps), ...limits), reading(highMiBps))

test('passes that end by themselves in every reading of the facts need no other limit', () => {
  expect(raised(20, 30)).toBeNull()
})

test('passes that likely end in a pause are told so, whatever the worst is', () => {
  expect(raised(150, 150)).toBe('likely')
  expect(raised(150, 300)).toBe('likely')
})

test('passes of which the worst reading never ends by itself may need a pause', () => {
  expect(passesOf(reading(150), limits[0]).ends).toBe(false)
  expect(raised(20, 150)).toBe('at-worst')
})

test('passes of deltas that end only after more than a few are not waited for by the steering either', () => {
  expect(passesOf(reading(62), limits[0]).ends).toBe(true)
  expect(passesOf(reading(62), ...limits).raisesLimit).toBe(true)
  expect(raised(20, 62)).toBe('at-worst')
})

const plain = (writesMiBps: number): Scenario => ({ ...reading(writesMiBps), deltas: null })

test('whole pages of which the worst reading leaves far more than the limit takes may need a pause', () => {
  const likely = passesOf(plain(10), ...limits)
  expect([20, 100].map((high) => whetherRaised(likely, passesOf(plain(high), ...limits), plain(high)))).toEqual([
    null,
    'at-worst',
  ])
})
