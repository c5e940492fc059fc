import type { MigrationReport, MigrationUnderWay } from '@landfall/api'
import { expect, test } from 'vitest'
import { readFilter } from '../parts/filter.ts'
import { asksForLabels, labelsOf, matchesReport, matchesUnderWay, migrationKeys } from './filter.ts'

const underWay: MigrationUnderWay = {
  id: 'm1',
  guest: 'db1',
  source: 'host1',
  destination: 'host2',
  status: 'copying',
  driver: 'here',
  role: null,
  plan: null,
  waitingFor: null,
  step: null,
  sample: null,
  outlook: { etaMs: null, progress: 0, line: 'will converge' },
  lastUpdate: 0,
}
// As much of it as is looked at.
const ended = {
  id: 'm0',
  guest: 'gone1',
  source: 'host1',
  destination: 'host2',
  outcome: 'aborted',
  strategy: null,
  reason: { code: 'asked', message: '' },
} as unknown as MigrationReport
const labels = labelsOf([
  { name: 'db1', labels: { tier: 'db' } },
  { name: 'web1', labels: { tier: 'web' } },
  { name: 'new1', labels: null },
])
const filter = (text: string) => readFilter(text, migrationKeys)

test('a migration is found by its hosts, state, verdict and the labels of its guest', () => {
  expect(matchesUnderWay(filter('host:host2 state:copying verdict:converge label:tier=db'), underWay, labels)).toBe(
    true,
  )
  expect(matchesUnderWay(filter('label:web'), underWay, labels)).toBe(false)
  expect(matchesReport(filter('state:ended verdict:asked'), ended, labels)).toBe(true)
})

test('a guest that is no more, or whose labels are not known, has none', () => {
  expect(matchesReport(filter('label:tier'), ended, labels)).toBe(false)
  expect(matchesUnderWay(filter('label:tier'), { ...underWay, guest: 'new1' }, labels)).toBe(false)
})

test('guests are asked for only where a label is looked for', () => {
  expect(asksForLabels(filter('db host:host1'))).toBe(false)
  expect(asksForLabels(filter('-label:tier=db'))).toBe(true)
})
