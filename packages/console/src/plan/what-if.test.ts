import { expect, test } from 'vitest'
import type { Facts } from '@landfall/core'
import { defaultIntent, goodput, MiB, typicalOverheads } from '@landfall/core'
import { whatIfs } from './what-if.ts'

/** It rewrites 600 MiB far faster than its link carries. */
const facts: Facts = {
  memoryBytes: 1024 * MiB,
  vcpus: 2,
  dirtyWindows: [
    { windowMs: 1000, dirtyBytes: 590 * MiB, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 600 * MiB, kind: 'page-sampling' },
  ],
  link: goodput(100e6),
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: typicalOverheads('kvm'),
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}
const of = (texts: Parameters<typeof whatIfs>[1]) =>
  whatIfs(defaultIntent, texts, facts).map(({ setting, text, plan }) => [setting, text, plan.verdict, plan.strategy])

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
