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
