import type { MigrationUpdate } from '@landfall/api'
import type { Sample } from '@landfall/core'
import { defaultIntent, plan } from '@landfall/core'
import { expect, test } from 'vitest'
import { busyFacts } from '../testing/busy-facts.ts'
import type { Point } from './story.ts'
import { emptyStory, fold, isDrawn, isUndriven, passStarts, thinned } from './story.ts'

const sample = (part: Partial<Sample>): Sample => ({
  pass: 1,
  passStarted: false,
  remainingBytes: 100,
  bytesSent: 0,
  bandwidthBytesPerSecond: null,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 500,
  ...part,
})
const outlook = { etaMs: null, progress: 0.1, line: '' }
const sampled = (at: number, phase: Sample['phase']): MigrationUpdate => ({
  kind: 'sample',
  at,
  sample: sample({ phase }),
  outlook,
})
const told = (updates: readonly MigrationUpdate[]) => updates.reduce(fold, emptyStory)

test('a migration goes from its queue to its copy as it tells', () => {
  const waiting = told([
    { kind: 'waiting', at: 1, source: 'host1', guests: ['db1'], most: { count: 1, from: 'nova.conf' } },
  ])
  expect(waiting).toMatchObject({ status: 'queued', waitingFor: expect.stringContaining('db1 is leaving host1') })
  const planning = fold(waiting, { kind: 'step', at: 2, message: 'checking host2' })
  expect(planning).toMatchObject({ status: 'planning', waitingFor: null })
  const launched = fold(planning, { kind: 'launched', id: 'm1', at: 3 })
  expect(launched).toMatchObject({ status: 'preparing', beganAt: 3 })
  const copying = fold(launched, { kind: 'sample', at: 4, sample: sample({}), outlook })
  expect(copying).toMatchObject({ status: 'copying', points: [{ at: 4, pass: 1, remainingBytes: 100 }] })
})

test('of one that was on its way before it was looked at, the beginning is reckoned from its own clock', () => {
  expect(told([{ kind: 'sample', at: 10_500, sample: sample({}), outlook }]).beganAt).toBe(10_000)
})

test('that QEMU is through says nothing of how it ended', () => {
  const copying = told([{ kind: 'sample', at: 1, sample: sample({ phase: 'post-copy' }), outlook }])
  expect(fold(copying, { kind: 'sample', at: 2, sample: sample({ phase: 'completed' }), outlook }).status).toBe(
    'post-copy',
  )
})

test('a post-copy stream that broke is told until it is resumed', () => {
  const broken = told([
    sampled(1, 'post-copy'),
    { kind: 'post-copy-broken', at: 2, why: 'no route' },
    sampled(3, 'post-copy-failed'),
  ])
  expect(broken.waitingFor).toBe('The post-copy stream broke (no route); it is resumed')
  expect(fold(broken, sampled(4, 'post-copy')).waitingFor).toBeNull()
})

test('a decision that could not be carried out is told with why', () => {
  const act = { kind: 'start-post-copy', why: 'will not converge', numbers: {} } as const
  const { decisions } = told([
    { kind: 'sample', at: 1, sample: sample({ pass: 2 }), outlook },
    { kind: 'act-failed', at: 2, act, error: 'no' },
  ])
  expect(decisions).toEqual([
    { at: 2, pass: 2, act: 'start-post-copy', why: 'will not converge', numbers: {}, failed: 'no' },
  ])
})

test('a curve of days keeps where its passes began', () => {
  const points: Point[] = Array.from({ length: 101 }, (_, index) => ({
    at: index,
    pass: 1 + Math.floor(index / 25),
    remainingBytes: 100 - index,
    throttlePercent: 0,
  }))
  const fewer = thinned(points, 100)
  expect(fewer.length).toBeLessThan(60)
  expect(passStarts(fewer)).toEqual(passStarts(points))
  expect(fewer.at(-1)).toEqual(points.at(-1))
})

test('behind a try that failed it waits for the next, of which nothing is drawn yet', () => {
  const waits = told([
    { kind: 'launched', id: 'm1', at: 1 },
    { kind: 'sample', at: 2, sample: sample({}), outlook },
    { kind: 'try-failed', at: 3, number: 1, againAt: 10_003, message: 'try 1 failed; try 2 begins in 10 s' },
  ])
  expect(waits).toMatchObject({ status: 'queued', waitingFor: 'try 1 failed; try 2 begins in 10 s', points: [] })
  expect(fold(waits, { kind: 'launched', id: 'm1', at: 11_000 })).toMatchObject({
    status: 'preparing',
    beganAt: 11_000,
  })
})

const toCold: MigrationUpdate = {
  kind: 'planned',
  at: 1,
  migration: {
    guest: { name: 'web1', uuid: 'u1', persistent: true },
    source: 'host1',
    destination: 'host2',
    intent: defaultIntent,
    intentSources: {},
    findings: [],
    facts: busyFacts,
    plan: { ...plan(defaultIntent, busyFacts), strategy: 'cold' },
    keptThere: null,
    reverts: false,
    probeObstacle: null,
  },
}

test('a guest that is moved cold is not said to be prepared, and its steps stand where a curve would', () => {
  const launched: MigrationUpdate = { kind: 'launched', id: 'm1', at: 2 }
  const cold = told([toCold, launched, { kind: 'step', at: 3, message: 'web1 is shut down' }])
  expect(cold).toMatchObject({ status: 'cold', steps: ['web1 is shut down'] })
  expect(isDrawn(cold)).toBe(false)
  // Taken over while it is looked at: it is not planned again.
  expect(fold({ ...emptyStory, status: 'cold' }, launched).status).toBe('cold')
  expect(isDrawn(told([launched]))).toBe(true)
})

test('a driver that dies while its migration is looked at is missed, and the next one is seen', () => {
  const copying = told([{ kind: 'sample', at: 1, sample: sample({}), outlook }])
  expect(isUndriven(copying, 'm1', [{ id: 'm1', driver: 'nobody' }])).toBe(true)
  expect(isUndriven(copying, 'm1', [{ id: 'm1', driver: 'elsewhere' }])).toBe(false)
  const left = { ...emptyStory, undriven: true }
  expect(isUndriven(left, 'm1', undefined)).toBe(true)
  expect(isUndriven(left, 'm1', [{ id: 'm1', driver: 'here' }])).toBe(false)
})
