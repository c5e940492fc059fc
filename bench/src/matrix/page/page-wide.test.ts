import { expect, test } from 'vitest'
import { wideSection } from './page-wide.ts'
import { parseResults } from '../results.ts'
import { rowOf, rows } from '../rows.ts'
import { runOf } from '../testing.ts'

const about = {
  machine: { cpu: 'x', cores: 2, memoryBytes: 1, kernel: '6', accelerator: 'tcg' },
  hosts: { release: 'trixie', versions: [] },
  ...rowOf('200-mbit').machine,
  row: '200-mbit',
  longestRunMs: 100_000,
  loadBefore: [0.2],
  startedAt: '2026-01-01T00:00:00.000Z',
}

test('the page has the rows that are recorded with their machines, and names the others', () => {
  const text = [about, runOf({}), runOf({ contender: 'virsh --auto-converge' })].map((line) => JSON.stringify(line))
  const section = wideSection([parseResults('200-mbit.jsonl', text.join('\n'))])
  expect(section).toContain(`1 of ${rows.length} rows are recorded`)
  expect(section).toContain(
    'A guest of 288 MiB, 1 vCPU over a link of 200Mbit/s; 2026-01-01, load before 0.2. 2 of 20 runs.',
  )
  expect(section).toContain('#### uniform 2 × B')
  expect(section).toMatch(
    /Not recorded: core-emulated \(about \d+ min\), core-under-load \(about \d+ min\), sparse \(about \d+ min\)/,
  )
  expect(section).not.toMatch(/Not recorded:.*200-mbit/)
})

test('without a row the page says so', () => {
  expect(wideSection([])).toContain(`0 of ${rows.length} rows are recorded`)
})
