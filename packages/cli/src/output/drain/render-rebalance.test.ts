import type { RebalancePlan } from '@landfall/core'
import { noNeeds } from '@landfall/core'
import { expect, test } from 'vitest'
import { renderRebalance } from './render-rebalance.ts'

const even: RebalancePlan = {
  reason: 'the hosts are 5 % to 10 % full: there is no move that is worth it',
  fills: [
    { host: 'host1', before: 0.152, after: 0.101 },
    { host: 'host2', before: 0, after: 0.051 },
  ],
  silent: [],
  moves: [],
  cannot: [],
  totalMs: { low: 0, likely: 0, high: 0 },
  boundMs: 0,
  links: [],
  destinations: [],
  missingBytes: null,
  limits: { perSource: 3, perDestination: 2, fleet: 20 },
}

const move: RebalancePlan['moves'][number] = {
  uuid: 'u1',
  guest: 'web1',
  commandName: 'web1',
  owner: null,
  from: 'host1',
  to: 'host2',
  memoryBytes: 1024 ** 3,
  vcpus: 1,
  needs: noNeeds,
  strategy: 'pre-copy',
  why: '',
  beforeMs: 500,
  copyMs: null,
  afterMs: 300,
  alone: false,
  priority: 0,
  totalTimeMs: null,
  downtimeMs: null,
  lostWorkSeconds: null,
  bytesSent: null,
  startMs: { low: 0, likely: 0, high: 0 },
  endMs: { low: 1, likely: 1, high: 1 },
}

const textOf = (plan: RebalancePlan): string => renderRebalance(plan, (_style, text) => text).join('\n')

test('hosts are shown as full as they are and would be, and each move with the command that does it', () => {
  expect(textOf({ ...even, moves: [move] })).toMatch(
    /host1 +15 % +10 %[^]*web1 +host1 +host2 +1 GiB[^]*nothing was started[^]*landfall migrate web1 --to host2$/,
  )
  expect(textOf(even)).not.toContain('landfall migrate')
  expect(textOf({ ...even, moves: [{ ...move, commandName: 'u1' }] })).toMatch(/landfall migrate u1 --to host2$/)
})

test('of a time in which several move at once it is not said that they move one after the other', () => {
  const totalMs = { low: 4000, likely: 5000, high: 6000 }
  const text = textOf({ ...even, moves: [move, { ...move, uuid: 'u2', guest: 'web2', commandName: 'web2' }], totalMs })
  expect(text).toContain('in about 5 s (4-6 s), each begun when the table says')
  expect(text).not.toContain('one after the other')
  expect(textOf({ ...even, moves: [move], totalMs })).toMatch(/in about 5 s \(4-6 s\)$/m)
})
