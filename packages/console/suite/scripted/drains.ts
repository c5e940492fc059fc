import type { Drain, DrainRequest } from '@landfall/api'
import type { DrainedGuest, DrainPlan, DrainState } from '@landfall/core'
import { drainProgress, exactly, GiB, noNeeds, predictedBy, range } from '@landfall/core'
import { migrationPlan } from './migrations.ts'

/** A drain of three guests a minute after it began: one has moved, one is on its way, one waits; a fourth cannot go. */
export function drainUnderWay(host: string, now = Date.now()): Drain {
  const beganAt = now - 60_000
  const state: DrainState = {
    id: `drain-${host}`,
    kind: 'drain',
    host,
    beganAt,
    mode: 'running',
    limits: { perSource: 1, perDestination: 1, fleet: 20 },
    window: null,
    fallback: 'stay',
    mostAttempts: 3,
    guests: [
      {
        ...drained('web1', host, 'host2', { kind: 'moved', startedAt: beganAt + 2000, at: beganAt + 31_000 }),
        priority: 2,
      },
      {
        ...drained('web2', host, 'host2', { kind: 'moving', migration: 'm1', since: beganAt + 33_000, cold: false }),
        priority: 1,
      },
      drained('cache3', host, 'host4', { kind: 'waiting', notBefore: 0 }),
    ],
    leftOut: [{ guest: 'db1', why: 'no host has room for it: 64 GiB, and host2 has 41 GiB free' }],
    predictedTotalMs: range(80_000, 95_000, 140_000),
    waitingFor: 'web2 to land on host2',
    end: null,
  }
  return { state, progress: drainProgress(state, now), driven: true, drivenHere: true }
}

const drained = (guest: string, from: string, to: string, stage: DrainedGuest['stage']): DrainedGuest => ({
  uuid: guest,
  guest,
  from,
  to,
  beforeMs: 2000,
  copyMs: range(20_000, 25_000, 40_000),
  afterMs: 500,
  alone: false,
  priority: 0,
  memoryBytes: GiB,
  vcpus: 2,
  stage,
  attempts: [],
  blockedSince: null,
})

/** Two guests that go, one after the other, and one that no host has room for. */
export function drainPlan({
  host,
  kind,
  limits,
  window,
}: Pick<DrainRequest, 'host' | 'kind' | 'limits' | 'window'>): DrainPlan {
  const { plan } = migrationPlan('web1', 'host2')
  const predicted = predictedBy(plan)
  const move = (guest: string, to: string, startMs: number, priority: number) => ({
    ...drained(guest, host, to, { kind: 'waiting', notBefore: 0 }),
    commandName: guest,
    owner: null,
    strategy: plan.strategy ?? 'pre-copy',
    why: plan.reason.message,
    totalTimeMs: predicted?.totalTimeMs ?? null,
    downtimeMs: predicted?.downtimeMs ?? null,
    lostWorkSeconds: predicted?.lostWorkSeconds ?? null,
    bytesSent: exactly(1.5 * GiB),
    needs: noNeeds,
    startMs: exactly(startMs),
    endMs: range(startMs + 14_000, startMs + 21_000, startMs + 32_000),
    priority,
  })
  return {
    kind,
    host,
    verdict: 'partly',
    reason: '1 of 3 guests cannot go',
    moves: [move('web1', 'host2', 2000, 1), move('web2', 'host2', 23_000, 0)],
    cannot: [
      {
        guest: 'db1',
        uuid: '00000000-0000-4000-8000-000000000009',
        owner: null,
        memoryBytes: 64 * GiB,
        code: 'no-room',
        why: 'no host has room for it: 64 GiB, and host2 has 41 GiB free',
        help: ['23 GiB more on host2'],
      },
    ],
    totalMs: range(37_000, 44_000, 66_000),
    boundMs: 42_000,
    links: [{ host, way: 'out', atOnce: 1, peakBytesPerSecond: 91 * 1024 ** 2, bytes: 3 * GiB }],
    destinations: [{ host: 'host2', incomingBytes: 2 * GiB, freeBytes: 39 * GiB, nearlyFull: false }],
    missingBytes: 23 * GiB,
    window: window === null ? null : { ...window, fits: 'yes', leave: [] },
    limits,
  }
}
