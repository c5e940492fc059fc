import type { MigrationReport } from '@landfall/api'
import { expect, test } from 'vitest'
import { renderReport } from './render-report.ts'

const report: MigrationReport = {
  id: 'i',
  guest: 'web1',
  startedAt: '2026-11-23T20:00:00.000Z',
  endedAt: '2026-11-23T20:00:19.000Z',
  outcome: 'completed',
  reason: { code: 'landed', message: 'web1 runs on host2' },
  strategy: 'post-copy',
  source: 'host1',
  destination: 'host2',
  totalTimeMs: 19_000,
  downtimeMs: 400,
  longestStallMs: 390,
  lostWorkSeconds: 0,
  measuredBy: 'guest counters',
  bytesSent: 1024 ** 3,
  passes: 3,
  maxThrottlePercent: 0,
  predicted: {
    finishes: 'yes',
    totalTimeMs: { low: 15_000, likely: 18_000, high: 28_000 },
    downtimeMs: { low: 27, likely: 90, high: 270 },
    lostWorkSeconds: { low: 0.027, likely: 5, high: 13 },
  },
  decisions: [],
}
const lines = (of: MigrationReport): string[] => renderReport(of, (style, text) => `<${style}>${text}`)

test('what went beyond the forecast is marked, what stayed below it is only said', () => {
  expect(lines(report)).toContain('<yellow>downtime was more than the most that was forecast')
  expect(lines(report)).toContain('<dim>lost work was less than the least that was forecast')
  expect(lines(report).join('\n')).not.toMatch(/total time was|Infinity/)
})

test('a figure that nobody measured is called so', () => {
  expect(lines({ ...report, longestStallMs: null }).join('\n')).toMatch(/longest stall +not measured/)
})

const carried = (parallelConnections: number | null, compression: 'zstd' | 'xbzrle' | null): string =>
  lines({ ...report, stream: { parallelConnections, compression, why: '' } }).join('\n')

test('what carried the memory is told beside the bytes, unless it was one plain stream', () => {
  expect(carried(2, 'zstd')).toMatch(/1 GiB by 2 streams, zstd/)
  expect(carried(null, 'xbzrle')).toMatch(/1 GiB with xbzrle/)
  expect(carried(null, null)).not.toMatch(/ by | with /)
})

const failed = (number: number, message: string): NonNullable<MigrationReport['failedTries']>[number] => ({
  number,
  startedAt: '2026-11-23T19:58:00.000Z',
  endedAt: '2026-11-23T19:58:04.000Z',
  kind: 'daemons-parted',
  reason: { code: 'migration-failed', message },
  strategy: 'pre-copy',
  bytesSent: 4096,
  passes: 1,
  decisions: [],
})

test('tries that failed before are told with their reasons, in their order', () => {
  const told = lines({ ...report, failedTries: [failed(1, 'client socket is closed'), failed(2, 'no route to host')] })
  expect(told.filter((line) => line.startsWith('try '))).toEqual([
    'try 1 failed after 4 s: client socket is closed',
    'try 2 failed after 4 s: no route to host',
  ])
})
