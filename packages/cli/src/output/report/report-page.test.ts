import type { PastMigration } from '@landfall/api'
import { GiB, MiB, defaultIntent, predictedBy, predictedCurve, simulate } from '@landfall/core'
import type { Facts } from '@landfall/core'
import { parseXml } from '@rgrove/parse-xml'
import { expect, test } from 'vitest'
import { busyFacts } from '../../testing/busy-facts.ts'
import { timeTicks } from './report-chart.ts'
import { reportPage } from './report-page.ts'

const beganAt = Date.parse('2026-11-20T22:14:05.000Z')
const facts: Facts = {
  ...busyFacts,
  dirtyWindows: [1, 2].map((s) => ({ windowMs: s * 1000, dirtyBytes: 600 * MiB, kind: 'page-sampling' })),
  link: { bytesPerSecond: { low: 88 * MiB, likely: 91 * MiB, high: 95 * MiB }, source: 'configured' },
  overheads: { prepareMs: 500, switchoverMs: 50, teardownMs: 300 },
}
const guest = {
  memoryBytes: GiB,
  nonZeroBytes: GiB,
  writes: [{ bytes: 600 * MiB, bytesPerSecond: 5 * GiB, pattern: 'uniform' as const }],
  accelerator: 'kvm' as const,
  postCopySpeed: 0.2,
  liveCost: 0.01,
}

/** A simulated migration, as a journal would tell it. */
function simulatedMigration(name: string, intent = defaultIntent): PastMigration {
  const run = simulate(intent, { guest, link: { bytesPerSecond: 91 * MiB }, facts })
  const at = (ms: number): number => beganAt + ms
  return {
    beganAt,
    memoryBytes: GiB,
    planned: run.plan?.reason.message ?? '',
    samples: run.samples.map(({ pass, phase, remainingBytes, bytesSent, throttlePercent, elapsedMs }) => ({
      at: at(elapsedMs),
      pass,
      phase,
      remainingBytes,
      bytesSent,
      throttlePercent,
    })),
    predicted: predictedCurve(intent, facts, run.plan?.strategy ?? null),
    guestSpeed: run.samples.map(({ elapsedMs, phase }) => ({
      at: at(elapsedMs),
      share: phase === 'active' ? 0.98 : 0.2,
    })),
    report: {
      id: '20261120T221405Z-web1-1a2b',
      guest: name,
      startedAt: new Date(beganAt).toISOString(),
      endedAt: new Date(at(run.totalTimeMs)).toISOString(),
      outcome: 'completed',
      reason: { code: 'landed', message: `${name} runs on host2` },
      strategy: run.plan?.strategy ?? null,
      source: 'host1',
      destination: 'host2',
      totalTimeMs: run.totalTimeMs,
      downtimeMs: run.downtimeMs,
      longestStallMs: run.longestStallMs,
      lostWorkSeconds: run.lostWorkSeconds,
      measuredBy: 'guest counters',
      bytesSent: run.bytesSent,
      passes: run.passes,
      maxThrottlePercent: run.maxThrottlePercent,
      predicted: run.plan === null ? null : predictedBy(run.plan),
      decisions: run.acts.map(({ atMs, act }) => ({
        at: new Date(at(atMs)).toISOString(),
        pass: 2,
        act: act.kind,
        why: act.why,
        numbers: act.numbers,
      })),
    },
  }
}

const chartOf = (page: string): string => /<svg.*<\/svg>/s.exec(page)?.[0] ?? ''

test('the page needs nothing else: no script, and no address but its own', () => {
  const page = reportPage(simulatedMigration('web1'))
  expect(page).not.toMatch(/<script|https?:|@import|url\(|<link|<img/)
})

test('its chart is well formed and has the predicted and the actual curve, the speed, and each decision', () => {
  const migration = simulatedMigration('web1')
  const chart = chartOf(reportPage(migration))
  expect(() => parseXml(chart)).not.toThrow()
  for (const curve of ['predicted', 'seen', 'speed'])
    expect(chart).toMatch(new RegExp(`class="${curve}" d="M[\\d.]+ [\\d.]+L`))
  expect(chart.match(/class="decision"/g)).toHaveLength(migration.report.decisions.length)
  expect(chart).not.toMatch(/NaN|Infinity/)
})

test('a name that looks like markup stays a name', () => {
  const page = reportPage(simulatedMigration('<b>"&x'))
  expect(page).not.toContain('<b>"&x')
  expect(page).toContain('&lt;b&gt;&quot;&amp;x')
})

test('a migration of which nothing was kept has a page nevertheless', () => {
  const migration = { ...simulatedMigration('web1'), samples: [], predicted: [], guestSpeed: [] }
  const page = reportPage({ ...migration, report: { ...migration.report, totalTimeMs: null, decisions: [] } })
  expect(() => parseXml(chartOf(page))).not.toThrow()
  expect(page).toContain('nobody watched it from outside')
  expect(page).toContain('None: nothing was touched.')
})

test('the time axis has whole, evenly spaced ticks, not too many, up to days', () => {
  expect(timeTicks(18.4)).toEqual([0, 5, 10, 15])
  for (const endS of [1, 9, 61, 3601, 50_400, 259_200]) {
    expect(timeTicks(endS).length).toBeLessThanOrEqual(10)
    expect(timeTicks(endS).length).toBeGreaterThan(1)
  }
})
