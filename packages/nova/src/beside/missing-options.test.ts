import { expect, test } from 'vitest'
import { missingOptions } from './missing-options.ts'

const nothing = { postCopyArmed: false, throttleArmed: false, postCopyWanted: true, maxSlowdownPercent: 99 }
const named = (part: Partial<typeof nothing>) => missingOptions({ ...nothing, ...part }).map(({ option }) => option)

test('Nova’s defaults arm nothing: both options are named', () => {
  expect(named({})).toEqual(['live_migration_permit_post_copy', 'live_migration_permit_auto_converge'])
})

test('what was not wanted anyway is not missed', () => {
  expect(named({ postCopyWanted: false })).toEqual(['live_migration_permit_auto_converge'])
  expect(named({ maxSlowdownPercent: 0 })).toEqual(['live_migration_permit_post_copy'])
})

test('where post-copy is armed Nova arms no throttle, whatever is permitted', () => {
  expect(named({ postCopyArmed: true })).toEqual([])
  expect(named({ throttleArmed: true })).toEqual(['live_migration_permit_post_copy'])
})
