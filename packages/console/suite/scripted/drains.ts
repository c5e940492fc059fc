import type { Drain } from '@landfall/api'
import type { DrainedGuest, DrainState } from '@landfall/core'
import { drainProgress, GiB, range } from '@landfall/core'

/** A drain of three guests a minute after it began: one has moved, one is on its way, one waits; a fourth cannot go. */
export function drainUnderWay(host: string, now = Date.now()): Drain {
  const beganAt = now - 60_000
  const state: DrainState = {
    id: `drain-${host}`,
    kind: 'drain',
    host,
    beganAt,
    mode: 'running',
    limits: { perSource: 2, perDestination: 1, fleet: 20 },
    window: null,
    fallback: 'stay',
    mostAttempts: 3,
    guests: [
      drained('web1', host, 'host2', { kind: 'moved', startedAt: beganAt + 2000, at: beganAt + 31_000 }),
      drained('web2', host, 'host2', { kind: 'moving', migration: 'm1', since: beganAt + 33_000, cold: false }),
      drained('cache3', host, 'host4', { kind: 'waiting', notBefore: 0 }),
    ],
    leftOut: [{ guest: 'db1', why: 'no host has room for it: 64 GiB, and host2 has 41 GiB free' }],
    predictedTotalMs: range(80_000, 95_000, 140_000),
    waitingFor: 'web2 to land on host2',
    end: null,
  }
  return { state, progress: drainProgress(state, now), driven: true }
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
