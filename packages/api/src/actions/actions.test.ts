import { expect, test } from 'vitest'
import type { MigrationAction } from './actions.ts'
import { actions, can } from './actions.ts'
import type { MigrationStatus } from '../status.ts'
import { migrationStatuses } from '../status.ts'

const where = (action: MigrationAction): MigrationStatus[] =>
  migrationStatuses.filter((status) => can(status, action).allowed)

test('an abort is taken until the guest runs on its destination', () => {
  expect(where('abort')).toEqual(['queued', 'planning', 'preparing', 'copying', 'switching', 'cold'])
  expect(can('post-copy', 'abort')).toMatchObject({ allowed: false, code: 'abort-in-post-copy' })
})

test('to force an end that is under way is taken, and changes nothing', () => {
  expect(can('copying', 'force-complete')).toEqual({ allowed: true })
  expect(can('switching', 'force-complete')).toEqual({ allowed: true, already: true })
  expect(can('post-copy', 'force-complete')).toEqual({ allowed: true, already: true })
})

test('what has ended takes nothing, and says so', () => {
  for (const action of Object.keys(actions) as MigrationAction[]) {
    expect(can('ended', action)).toMatchObject({ allowed: false, code: 'has-ended' })
  }
})

test('of one that nobody understands only a look may be asked', () => {
  const asked = (Object.keys(actions) as MigrationAction[]).filter((each) => can('needs-attention', each).allowed)
  expect(asked).toEqual(['look'])
})

test('of one of Nova’s that is only observed an abort is passed on, and nothing else is changed', () => {
  const nova = { cloud: 'c', seen: null, silent: null }
  const observed = { nova, role: { origin: 'found', hands: 'off' } } as const
  expect(can('copying', 'abort', observed)).toEqual({ allowed: true })
  for (const action of ['force-complete', 'change-intent'] as const)
    expect(can('copying', action, observed)).toMatchObject({ allowed: false, code: 'driven-elsewhere' })
  expect(can('post-copy', 'abort', observed)).toMatchObject({ code: 'abort-in-post-copy' })
  expect(can('copying', 'force-complete', { ...observed, role: { origin: 'found', hands: 'on' } }).allowed).toBe(true)
  expect(can('copying', 'force-complete', { role: observed.role }).allowed).toBe(true)
})
