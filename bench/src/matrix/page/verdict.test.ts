import { describe, expect, test } from 'vitest'
import { coreMachine, linkBytesPerSecond } from '../machine.ts'
import { pageOf } from './page-text.ts'
import type { About } from '../results.ts'
import { parseResults } from '../results.ts'
import type { Run } from '../run/run.ts'
import { predicted, runOf as run } from '../testing.ts'
import { lowerBoundMs } from './bounds.ts'
import { percentile } from '../../statistics.ts'
import { targets } from './verdict.ts'

const link = linkBytesPerSecond(coreMachine) ?? 0
const idle = run({ workload: 'idle', totalTimeMs: 8000, bytesSent: 7.5 * link, stalledMs: 100 })
const peer = run({ contender: 'virsh --postcopy-after-precopy', totalTimeMs: 9000 })
const measured = (runs: readonly Run[]) => ({ machine: coreMachine, runs })
const met = (runs: readonly Run[], what: string): boolean | null | undefined =>
  targets(measured(runs)).find((each) => each.what.includes(what))?.met

describe('the targets', () => {
  test('are missed by a run that ended otherwise than planned, and name it', () => {
    expect(met([idle, run({})], 'end as planned')).toBe(true)
    const failed = run({ outcome: 'aborted' })
    expect(met([idle, failed], 'end as planned')).toBe(false)
    expect(targets(measured([failed]))[0]?.misses).toEqual(['uniform 2 × B · landfall · round 1'])
    const refused = run({ outcome: 'refused', predicted: { ...predicted, verdict: 'refuse' } })
    expect(met([idle, refused], 'end as planned')).toBe(true)
  })

  test('hold time against the lower bound and against the best peer', () => {
    // (M + R*) ÷ B + δ: 7.5 s of idle memory, half of 96 MiB, half a second of overheads.
    expect(lowerBoundMs('uniform 2 × B', measured([idle]))).toBeCloseTo(7500 + ((48 * 2 ** 20) / link) * 1000 + 500, 0)
    expect(met([idle, run({})], 'lower bound')).toBe(true)
    expect(met([idle, run({ totalTimeMs: 20_000 })], 'lower bound')).toBe(false)
    expect(met([idle, run({}), peer], 'total time ÷ best peer')).toBe(false)
    expect(met([idle, run({ totalTimeMs: 9100 }), peer], 'total time ÷ best peer')).toBe(true)
  })

  test('hold a guest that writes faster than the link only at times against the bound, too', () => {
    const phases = run({ workload: 'phases 4 × B', totalTimeMs: 13_000 })
    // It could be stopped in a quiet time, so nothing but M is in its bound.
    expect(lowerBoundMs('phases 4 × B', measured([idle]))).toBeCloseTo(8000, 0)
    expect(met([idle, phases], 'lower bound')).toBe(false)
    expect(met([idle, run({ workload: 'uniform 0.9 × B', totalTimeMs: 13_000 })], 'lower bound')).toBeNull()
  })

  test('count bytes beyond M and 1.2 times the plateau, which a guest below the link has not', () => {
    const allowed = 7.5 * link + 1.2 * 0.797 * 96 * 2 ** 20
    expect(met([idle, run({ bytesSent: allowed - 1e6 })], 'bytes')).toBe(true)
    expect(met([idle, run({ bytesSent: allowed + 3e6 })], 'bytes')).toBe(false)
    expect(met([idle, run({ workload: 'uniform 0.9 × B', bytesSent: 7.5 * link + 30e6 })], 'bytes')).toBe(false)
  })

  test('are missed by a single early switchover whose pause was another than predicted', () => {
    const downtimeMs = { low: 900, likely: 1000, high: 1100 }
    const early = run({ downtimeMs: 1100, predicted: { ...predicted, strategy: 'early-switchover', downtimeMs } })
    expect(met([early], 'early switchover')).toBe(true)
    expect(met([early, early, { ...early, downtimeMs: 1400 }], 'early switchover')).toBe(false)
  })

  test('say nothing where no run tells', () => {
    expect(targets(measured([])).every((each) => each.met === null)).toBe(true)
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
  const page = pageOf(parseResults('x.jsonl', text), [], [])
  expect(page['docs/benchmarks.md']).toMatch(/TCG, not KVM/)
  expect(page['docs/benchmarks.md']).toMatch(/virsh --postcopy-after-precopy \| 0 of 1 \|/)
  expect(page['docs/benchmarks-time.svg']).toMatch(/did not finish/)
})
