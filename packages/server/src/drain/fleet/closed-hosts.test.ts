import type { DrainState } from '@landfall/core'
import { GiB, MiB } from '@landfall/core'
import { expect, test } from 'vitest'
import type { StoredDrain } from '../../store/stored-drain.ts'
import { promisedBy } from './closed-hosts.ts'

const waiting = {
  uuid: 'u1',
  guest: 'db1',
  from: 'host1',
  to: 'host3',
  memoryBytes: GiB,
  vcpus: 1,
  beforeMs: 0,
  copyMs: null,
  afterMs: 0,
  alone: false,
  priority: 0,
  stage: { kind: 'waiting', notBefore: 0 },
  attempts: [],
  blockedSince: null,
} as const

const drainOf = (guest: DrainState['guests'][number]): StoredDrain =>
  ({ id: 'd1', endedAt: null, state: { guests: [guest] } }) as unknown as StoredDrain

test('what a guest that is yet to be moved asks of its company and its host is promised with it', () => {
  const needs = { spread: 'db', together: 'web', hugePageBytes: 2 * MiB }
  expect(promisedBy([drainOf({ ...waiting, needs })])).toMatchObject([{ guest: needs, to: 'host3' }])
})

test('what a drain of an older version has kept says nothing of it', () => {
  expect(promisedBy([drainOf(waiting)])).toMatchObject([{ guest: { spread: null, hugePageBytes: null }, to: 'host3' }])
})
