import type { HostView } from '@landfall/core'
import { expect, test } from 'vitest'
import type { Place } from './place.ts'
import { placeOf } from './place.ts'

const is = (state: string, reason: string, outgoingJob = false): HostView => ({
  kind: 'present',
  state,
  reason,
  outgoingJob,
})
const absent: HostView = { kind: 'absent' }
const silent: HostView = { kind: 'unreachable', why: 'no route' }
const runs = is('running', 'booted')

test.each<[string, HostView, HostView, Place['kind']]>([
  ['runs on its source alone', runs, absent, 'ready'],
  ['has an old definition on its destination', runs, is('shutoff', 'shutdown'), 'ready'],
  ['is not told of by its source', silent, absent, 'silent'],
  ['is not told of by its destination', runs, silent, 'silent'],
  ['is still received by its destination', runs, is('paused', 'migration'), 'occupied'],
  ['is migrated by somebody else', is('running', 'booted', true), is('paused', 'migration'), 'taken'],
  ['runs on both', runs, is('running', 'migrated'), 'elsewhere'],
  ['has landed', absent, is('running', 'migrated'), 'elsewhere'],
  ['stands still on its source', is('paused', 'migration'), absent, 'elsewhere'],
  ['stood still in what failed', is('running', 'migration-canceled'), absent, 'elsewhere'],
  ['is gone', absent, absent, 'elsewhere'],
  ['is in two parts', is('paused', 'postcopy-failed'), is('running', 'postcopy-failed'), 'elsewhere'],
])('a guest that %s', (_name, source, destination, kind) => {
  expect(placeOf(source, destination).kind).toBe(kind)
})
