import { InputError } from '@landfall/core'
import { expect, test } from 'vitest'
import { readSetting } from './read-setting.ts'

test.each([
  ['live_migration_permit_auto_converge=True', 'libvirt', 'true'],
  ['libvirt.live_migration_downtime = 900', 'libvirt', '900'],
  ['max_concurrent_live_migrations=2', 'DEFAULT', '2'],
])('%s belongs into [%s] and is %s', (text, group, value) => {
  expect(readSetting(text, 33)).toMatchObject({ group, value })
})

test.each([
  ['live_migration_downtime', 33, /is no setting/],
  ['cpu_mode=none', 33, /no live-migration option/],
  ['live_migration_parallel_connections=2', 32, /no live-migration option of nova 2025.2/],
  ['live_migration_downtime=50', 33, /greater than or equal to 100/],
  ['live_migration_downtime=2s', 33, /does not take "2s": it takes a whole number/],
  ['live_migration_permit_post_copy=maybe', 33, /Unexpected boolean value/],
] as const)('%s is bad input in release %i', (text, release, message) => {
  expect(() => readSetting(text, release)).toThrow(InputError)
  expect(() => readSetting(text, release)).toThrow(message)
})
