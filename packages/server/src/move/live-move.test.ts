import type { Facts } from '@landfall/core'
import { defaultIntent, initialState, plan, typicalOverheads } from '@landfall/core'
import type { Connection, Domain } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { HostSession } from '../hosts/host-session.ts'
import type { JournalEntry, MigrationRecord } from '../journal/journal-entry.ts'
import { runLiveMove } from './live-move.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const facts: Facts = {
  memoryBytes: 2 ** 30,
  vcpus: 1,
  dirtyWindows: [],
  link: { bytesPerSecond: { low: 1e8, likely: 1e8, high: 1e8 }, source: 'configured' },
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: typicalOverheads('kvm'),
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}
const record: MigrationRecord = {
  id: 'm1',
  guest: { name: 'web1', uuid },
  persistent: true,
  source: 'host1',
  destination: 'host2',
  intent: defaultIntent,
  facts,
  plan: plan(defaultIntent, facts),
  previousDowntimeLimitMs: 300,
}

/** A host as far as a migration that is over asks it. @param find the guest there, or why it does not answer */
function host(name: string, find: () => Promise<Partial<Domain>>): HostSession {
  const connection = {
    isClosed: false,
    close: () => Promise.resolve(),
    domainEventRegisterAny: () => Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() }),
    domainLookupByUUID: find,
  }
  const facts = {
    name,
    uri: `fake:${name}`,
    peerUri: '',
    migrationAddress: null,
    linkBytesPerSecond: null,
    reservedBytes: 0,
  }
  return new HostSession(facts, () => Promise.resolve(connection as unknown as Connection))
}

test('the pause limit goes back to what it was also where a host that does not answer leaves the end unclear', async () => {
  const limits: number[] = []
  const guest = {
    getState: () => Promise.resolve({ state: 'running', reason: 'booted' }),
    getJobStats: () => Promise.resolve({ type: 'none', operation: 'unknown', fields: {} }),
    migrateSetMaxDowntime: async (limitMs: number) => void limits.push(limitMs),
  } as unknown as Partial<Domain>
  let now = 0
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const source = host('host1', () => Promise.resolve(guest))
  const entries: JournalEntry[] = []
  const report = await runLiveMove({
    record,
    state: initialState(record.plan, defaultIntent, facts, 0),
    beganAt: 0,
    adopting: true,
    touchedDowntimeLimit: true,
    touchedThrottle: false,
    source,
    launcher: source,
    destination: host('host2', () => Promise.reject(new Error('no route'))),
    clock,
    journal: (entry) => void entries.push(entry),
    onUpdate: () => undefined,
    meter: null,
    abortAsked: () => null,
  }).ended
  expect(report.reason.code).toBe('unclear')
  expect(limits).toEqual([300])
  expect(entries.at(-1)?.kind).toBe('ended')
})
