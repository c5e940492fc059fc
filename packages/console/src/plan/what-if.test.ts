import { expect, test } from 'vitest'
import { defaultIntent } from '@landfall/core'
import { busyFacts } from '../testing/busy-facts.ts'
import { whatIfs } from './what-if.ts'

const of = (texts: Parameters<typeof whatIfs>[1]) =>
  whatIfs(defaultIntent, texts, busyFacts).map(({ setting, text, plan }) => [
    setting,
    text,
    plan.verdict,
    plan.strategy,
  ])

test('without post-copy a busy guest is refused, and a longer pause than is allowed lets it go', () => {
  const found = of({ 'post-copy': 'never', 'max-slowdown': '0', 'max-pause': '500ms' })
  expect(found).toContainEqual(['max-pause', '10s', 'go', 'early-switchover'])
  expect(found).toContainEqual(['post-copy', 'if-needed', 'go', 'post-copy'])
})

test('only what changes the outcome is told, each outcome of a setting once in a row', () => {
  const found = of({})
  expect(found).toContainEqual(['post-copy', 'never', 'refuse', null])
  expect(found.filter(([setting]) => setting === 'deadline')).toEqual([])
})
