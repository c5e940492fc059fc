import type { MigrationDetail, MigrationPlan, MigrationReport, MigrationSoFar, MigrationUnderWay } from '@landfall/api'
import type { Facts, Intent } from '@landfall/core'
import { busyFacts } from '../../src/testing/busy-facts.ts'
import { carriedBy, defaultIntent, guestLike, MiB, plan, predictedBy, predictedCurve, simulate } from '@landfall/core'

/** One that writes a little faster than its link carries: without post-copy it is throttled, more with each pass that shows its speed. */
const steady: Facts = {
  ...busyFacts,
  dirtyWindows: [
    { windowMs: 1000, dirtyBytes: 100 * MiB, kind: 'page-sampling' },
    { windowMs: 2000, dirtyBytes: 190 * MiB, kind: 'page-sampling' },
  ],
}
const wanted: Intent = { ...defaultIntent, postCopy: 'never' }
const chosen = plan(wanted, steady)
const run = simulate(wanted, { guest: guestLike(chosen, steady), link: { bytesPerSecond: 91 * MiB }, facts: steady })

export const beganAt = Date.UTC(2026, 10, 28, 12, 0, 0)

const samples = run.samples.map(({ elapsedMs, pass, phase, remainingBytes, bytesSent, throttlePercent }) => ({
  at: beganAt + elapsedMs,
  pass,
  phase,
  remainingBytes,
  bytesSent,
  throttlePercent,
}))
const decisions = run.acts.map(({ atMs, act }) => ({
  at: beganAt + atMs,
  pass: run.samples.findLast(({ elapsedMs }) => elapsedMs <= atMs)?.pass ?? 0,
  act: act.kind,
  why: act.why,
  numbers: act.numbers,
}))
const drawn = {
  beganAt,
  memoryBytes: steady.memoryBytes,
  planned: chosen.reason.message,
  predicted: predictedCurve(wanted, carriedBy(steady, chosen.stream), chosen.strategy),
}

export const migrationPlan = (name: string, to: string): MigrationPlan => ({
  guest: { name, uuid: '00000000-0000-4000-8000-000000000004', persistent: true },
  source: 'host1',
  destination: to,
  intent: defaultIntent,
  intentSources: {},
  findings: [{ code: 'guest-running', severity: 'fine', message: 'it runs', next: '' }],
  facts: busyFacts,
  plan: plan(defaultIntent, busyFacts),
  keptThere: null,
  reverts: false,
  probeObstacle: null,
})

/** So much of it is over. */
const share = 0.85
const seen = samples.slice(0, Math.floor(samples.length * share))

/** One on its way, as the simulator has it. */
export const underWay = (id: string, part: Partial<MigrationUnderWay> = {}): MigrationUnderWay => ({
  id,
  guest: 'web1',
  source: 'host1',
  destination: 'host2',
  status: 'copying',
  driver: 'here',
  role: { origin: 'launched', hands: 'on' },
  plan: { verdict: chosen.verdict, strategy: chosen.strategy, reason: chosen.reason },
  waitingFor: null,
  step: null,
  sample: seen.at(-1) ?? null,
  outlook: run.outlooks[seen.length - 1] ?? null,
  lastUpdate: 9,
  ...part,
})

const unarmed = { possible: false, why: 'it was launched without' } as const
/** As it was launched: with no lever armed. */
const unsteered = plan(defaultIntent, { ...steady, postCopy: unarmed, throttle: unarmed })
/** One that somebody else started and that is only followed: nothing was done about it yet. */
const watched = samples.filter(({ at, throttlePercent }) => at < beganAt + 15_000 && throttlePercent === 0)
export const followed = (id: string, part: Partial<MigrationUnderWay>): MigrationUnderWay =>
  underWay(id, {
    role: { origin: 'found', hands: 'off' },
    plan: null,
    sample: watched.at(-1) ?? null,
    outlook: {
      etaMs: null,
      progress: 0.65,
      line: 'will not converge: the guest writes 119 MiB/s, the link carries 91 MiB/s',
    },
    ...part,
  })

export function detailFollowed(now: MigrationUnderWay): MigrationDetail {
  const soFar = {
    ...drawn,
    planned: unsteered.reason.message,
    predicted: [],
    prediction: null,
    samples: watched,
    decisions: [],
  }
  return { state: 'under-way', now, soFar }
}

export function detailUnderWay(now: MigrationUnderWay): MigrationDetail {
  const until = seen.at(-1)?.at ?? beganAt
  const soFar: MigrationSoFar = {
    ...drawn,
    prediction: predictedBy(chosen),
    samples: seen,
    decisions: decisions.filter(({ at }) => at <= until),
  }
  return { state: 'under-way', now, soFar }
}

export const report = (id: string, part: Partial<MigrationReport> = {}): MigrationReport => ({
  id,
  guest: 'web1',
  source: 'host1',
  destination: 'host2',
  startedAt: new Date(beganAt).toISOString(),
  endedAt: new Date(beganAt + run.totalTimeMs).toISOString(),
  outcome: 'completed',
  reason: { code: 'landed', message: 'web1 runs on host2' },
  strategy: chosen.strategy,
  totalTimeMs: run.totalTimeMs,
  downtimeMs: run.downtimeMs,
  longestStallMs: null,
  lostWorkSeconds: null,
  bytesSent: run.bytesSent,
  passes: run.samples.at(-1)?.pass ?? null,
  maxThrottlePercent: run.maxThrottlePercent,
  predicted: predictedBy(chosen),
  decisions,
  measuredBy: null,
  ...part,
})

export const detailEnded = (ended: MigrationReport): MigrationDetail => ({
  state: 'ended',
  report: ended,
  past: { ...drawn, report: ended, samples, guestSpeed: [] },
})
