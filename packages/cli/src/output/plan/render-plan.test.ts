import type { MigrationPlan } from '@landfall/api'
import { defaultIntent, exactly, plan } from '@landfall/core'
import type { Facts, Plan } from '@landfall/core'
import { expect, test } from 'vitest'
import { busyFacts } from '../../testing/busy-facts.ts'
import { renderPlan } from './render-plan.ts'

const MiB = 1024 ** 2

function rendered(
  postCopy: 'never' | 'if-needed',
  facts: Facts = busyFacts,
  launch: Partial<Plan['launch']> = {},
): string[] {
  const intent = { ...defaultIntent, postCopy }
  const planned = plan(intent, facts)
  const migration: MigrationPlan = {
    guest: { name: 'web1', uuid: 'u', persistent: true },
    source: 'host1',
    destination: 'host2',
    intent,
    intentSources: { maxPauseMs: "the guest's metadata" },
    findings: [],
    facts,
    plan: { ...planned, launch: { ...planned.launch, ...launch } },
    keptThere: null,
    reverts: false,
    probeObstacle: null,
  }
  return renderPlan(migration, (_style, text) => text)
}

test('the rows of the table fit a terminal of 120 columns', () => {
  const lines = rendered('if-needed')
  const head = lines.findIndex((line) => line.includes('total time'))
  const rows = lines.slice(head, lines.indexOf('', head))
  expect(rows).toHaveLength(6)
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(120)
})

test('a strategy without figures says why, one outside the intent says what it would take', () => {
  const text = rendered('never').join('\n')
  expect(text).toMatch(/plain pre-copy: never ends/)
  expect(text).toMatch(/computed throttle: no throttle/)
  expect(text).toMatch(/post-copy: outside the intent; it would take --post-copy if-needed/)
  expect(text).toMatch(/early switchover: outside the intent; it would take --max-pause \d+s/)
})

test('local disks that are copied along are counted, with what the guest adds while it writes to them', () => {
  const disk = { target: 'vdb', allocatedBytes: 3000 * MiB, inflow: exactly(0) }
  const busy = { target: 'vdc', allocatedBytes: 200 * MiB, inflow: exactly(10 * MiB) }
  const one = rendered('if-needed', { ...busyFacts, localDisks: [disk] })
  expect(one).toContainEqual(expect.stringMatching(/^ {2}disks {4}1 local disk \(vdb\), 2\.93 GiB to copy$/))
  const two = rendered('if-needed', { ...busyFacts, localDisks: [disk, busy] })
  expect(two).toContainEqual(
    expect.stringMatching(/2 local disks \(vdb, vdc\), 3\.13 GiB to copy, 10 MiB\/s more while it writes to them$/),
  )
  expect(rendered('if-needed').join()).not.toContain('local disk')
})

test('how much of a page changes is told where it was seen, and the memory that XBZRLE may take', () => {
  const content = { sampledPages: 8192, zeroShare: { low: 0, likely: 0, high: 0.01 }, zstdRatio: null }
  const deltas = { changedPages: 900, share: { low: 0.01, likely: 0.02, high: 0.03 } }
  const seen = rendered('never', { ...busyFacts, content: { ...content, deltas } })
  expect(seen[1]).toMatch(/0 % to 1 % of its pages are zero; when a page changes, 2 % of it does$/)
  expect(rendered('never', { ...busyFacts, content })[1]).toMatch(/are zero$/)
  const launch = { compression: 'xbzrle', xbzrleCacheBytes: 512 * MiB } as const
  expect(rendered('never', busyFacts, launch)).toContainEqual(
    expect.stringMatching(/^ {2}stream .* \(xbzrle, cache 512 MiB\)$/),
  )
  expect(rendered('never').join('\n')).not.toContain('cache')
})

test('what somebody set of the intent is told with who did', () => {
  expect(rendered('never')[3]).toMatch(/pause ≤ 1 s \(the guest's metadata\) · no deadline · /)
})

const loggingLine = (facts: Facts) => rendered('if-needed', facts).find((each) => each.startsWith('  logging'))

test('a guest under KVM is told what dirty logging costs it, and where that is known from', () => {
  const dirtyLogging = { microsecondsPerPage: { low: 8, likely: 16, high: 30 }, source: 'assumed' } as const
  expect(loggingLine({ ...busyFacts, dirtyLogging })).toMatch(
    /^ {2}logging {2}8\.0 to 30 µs for each page that it first writes in a pass \(assumed of its kind of KVM\): pass 1 costs it 2\.5.s \(1\.1-6\.9.s\) of work$/,
  )
  expect(loggingLine({ ...busyFacts, dirtyLogging: { ...dirtyLogging, source: 'history' } })).toContain(
    'from earlier migrations',
  )
  expect(loggingLine(busyFacts)).toBeUndefined()
})

const rangesLine = (facts: Facts) => rendered('if-needed', facts).find((each) => each.startsWith('  ranges'))

test('ranges that earlier migrations have corrected say how many, and those of the model alone say nothing', () => {
  const { strategy } = plan({ ...defaultIntent, postCopy: 'if-needed' }, busyFacts)
  const experience = Array.from({ length: 12 }, (_, index) => ({
    strategy: strategy ?? 'pre-copy',
    figure: 'totalTimeMs' as const,
    position: index / 24,
  }))
  expect(rangesLine({ ...busyFacts, experience })).toMatch(
    /^ {2}ranges {3}as 12 earlier migrations between these hosts by .+ came out in theirs$/,
  )
  expect(rangesLine(busyFacts)).toBeUndefined()
})
