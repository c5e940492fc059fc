import { describe, expect, test } from 'vitest'
import { pageOf } from './page-text.ts'
import type { About } from './results.ts'
import { parseResults } from './results.ts'
import type { Foretold, Run } from './run.ts'
import { lowerBoundMs, percentile, targets } from './verdict.ts'
import { linkBytesPerSecond } from './workloads.ts'

const foretold: Foretold = {
  verdict: 'go',
  strategy: 'post-copy',
  reasonCode: 'post-copy-is-cheapest',
  finishes: 'yes',
  maxPauseMs: 1000,
  totalTimeMs: { low: 9000, likely: 10_000, high: 12_000 },
  downtimeMs: null,
  firstPassBytes: 250e6,
  plateauBytes: 100e6,
  linkBytesPerSecond,
  probeMs: 4000,
  totalAfterPass1Ms: 10_000,
}
const run = (change: Partial<Run>): Run => ({
  at: '2026-01-01T00:00:00.000Z',
  round: 0,
  workload: 'uniform 2 × B',
  contender: 'landfall',
  outcome: 'completed',
  totalTimeMs: 10_000,
  downtimeMs: 40,
  longestStallMs: 400,
  stalledMs: 1000,
  bytesSent: 300e6,
  pagesWritten: Math.round((8 * 2 * linkBytesPerSecond) / 4096),
  baselinePagesPerSecond: 17_000,
  guest: { alive: true, wrongPages: 0, wrongBlocks: 0, rebooted: false, kernelMessages: [], wrongs: [] },
  foretold: (change.contender ?? 'landfall').startsWith('landfall') ? foretold : null,
  report: null,
  loadBefore: 0.3,
  ...change,
})
const idle = run({ workload: 'idle', totalTimeMs: 8000, bytesSent: 7.5 * linkBytesPerSecond, stalledMs: 100 })
const peer = run({ contender: 'virsh --postcopy-after-precopy', totalTimeMs: 9000 })
const met = (runs: readonly Run[], what: string): boolean | null | undefined =>
  targets(runs).find((each) => each.what.includes(what))?.met

describe('the targets', () => {
  test('are missed by a run that ended otherwise than planned, and name it', () => {
    expect(met([idle, run({})], 'end as planned')).toBe(true)
    const failed = run({ outcome: 'aborted' })
    expect(met([idle, failed], 'end as planned')).toBe(false)
    expect(targets([failed])[0]?.misses).toEqual(['uniform 2 × B · landfall · round 1'])
    const refused = run({ outcome: 'refused', foretold: { ...foretold, verdict: 'refuse' } })
    expect(met([idle, refused], 'end as planned')).toBe(true)
  })

  test('hold time against the lower bound and against the best peer', () => {
    // (M + R*) ÷ B + δ: 7.5 s of idle memory, half of 96 MiB, half a second of overheads.
    expect(lowerBoundMs('uniform 2 × B', [idle])).toBeCloseTo(
      7500 + ((48 * 2 ** 20) / linkBytesPerSecond) * 1000 + 500,
      0,
    )
    expect(met([idle, run({})], 'lower bound')).toBe(true)
    expect(met([idle, run({ totalTimeMs: 20_000 })], 'lower bound')).toBe(false)
    expect(met([idle, run({}), peer], 'total time ÷ best peer')).toBe(false)
    expect(met([idle, run({ totalTimeMs: 9100 }), peer], 'total time ÷ best peer')).toBe(true)
  })

  test('say nothing where no run tells', () => {
    expect(targets([]).every((each) => each.met === null)).toBe(true)
  })

  test('are missed by a harmed guest, whoever moved it', () => {
    const harmed = { ...peer, guest: { ...peer.guest, wrongPages: 1 } }
    expect(met([idle, harmed], 'harmed')).toBe(false)
  })

  test('take the value that so many lie at or below', () => {
    expect(percentile([3, 1, 2, 4], 0.5)).toBe(2)
    expect(percentile([1, 2, 3, 4], 0.95)).toBe(4)
    expect(percentile([], 0.9)).toBeNull()
  })
})

test('the page is made of the results alone, and tells that it was not KVM', () => {
  const about: About = {
    machine: { cpu: 'x', cores: 2, memoryBytes: 1, kernel: '6', accelerator: 'tcg' },
    hosts: { release: 'trixie', versions: ['Running hypervisor: QEMU 10.0.0'] },
    memoryMiB: 288,
    link: '300Mbit',
    longestRunMs: 100_000,
    loadBefore: [0],
    startedAt: '',
  }
  const text = [about, idle, run({}), { ...peer, outcome: 'stopped' }].map((line) => JSON.stringify(line)).join('\n')
  const page = pageOf(parseResults('x.jsonl', text))
  expect(page['docs/benchmarks.md']).toMatch(/TCG, not KVM/)
  expect(page['docs/benchmarks.md']).toMatch(/virsh --postcopy-after-precopy \| 0 of 1 \|/)
  expect(page['docs/benchmarks-time.svg']).toMatch(/did not finish/)
})
