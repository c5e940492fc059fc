import { MigrateFlag } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { launchOptions, resumeOptions } from './launch-options.ts'

const plain = {
  postCopy: false,
  autoConverge: null,
  downtimeLimitMs: null,
  parallelConnections: null,
  compression: null,
  bandwidthMiBps: null,
  tls: false,
}
const has = (flags: number, flag: number): boolean => (flags & flag) === flag

test('a plain migration arms nothing that it does not need', () => {
  expect(launchOptions(plain, false)).toEqual({ flags: MigrateFlag.LIVE | MigrateFlag.PEER2PEER, params: {} })
})

test('a defined guest is defined on the destination and no longer on the source', () => {
  const { flags } = launchOptions(plain, true)
  expect(has(flags, MigrateFlag.PERSIST_DEST) && has(flags, MigrateFlag.UNDEFINE_SOURCE)).toBe(true)
})

test('a transient guest stays transient', () => {
  const { flags } = launchOptions(plain, false)
  expect(has(flags, MigrateFlag.PERSIST_DEST) || has(flags, MigrateFlag.UNDEFINE_SOURCE)).toBe(false)
})

test('local disks are copied whole, and named, so that no shared one is', () => {
  const { flags, params } = launchOptions({ ...plain, copyDisks: ['vdb', 'vdc'] }, true)
  expect(has(flags, MigrateFlag.NON_SHARED_DISK)).toBe(true)
  expect(has(flags, MigrateFlag.NON_SHARED_INC)).toBe(false)
  expect(params).toEqual({ migrateDisks: ['vdb', 'vdc'] })
})

test('the guest’s writes to disks that are copied never wait for their copy: QEMU crashes when such a copy is ended', () => {
  const { flags } = launchOptions({ ...plain, copyDisks: ['vdb'] }, true)
  expect(has(flags, MigrateFlag.NON_SHARED_SYNCHRONOUS_WRITES)).toBe(false)
})

test('a throttle is given as whole percents', () => {
  const launch = { ...plain, autoConverge: { initialPercent: 61.6, incrementPercent: 1 } }
  expect(launchOptions(launch, true).params).toEqual({
    autoConvergeInitialPercent: 62,
    autoConvergeIncrementPercent: 1,
  })
})

test('a resume is the same migration, with the resume flag', () => {
  const { flags } = resumeOptions(true)
  expect(flags).toBe(launchOptions({ ...plain, postCopy: true }, true).flags | MigrateFlag.POSTCOPY_RESUME)
})

test('memory goes where the destination says, when it breaks and is resumed, too', () => {
  expect(launchOptions(plain, true, '192.0.2.1').params).toEqual({ migrateUri: 'tcp://192.0.2.1' })
  expect(launchOptions(plain, true, 'host2.storage').params).toEqual({ migrateUri: 'tcp://host2.storage' })
  expect(resumeOptions(true, false, '2001:db8::1').params).toEqual({ migrateUri: 'tcp://[2001:db8::1]' })
})

test('what was set for the stream is passed on', () => {
  const { flags, params } = launchOptions({ ...plain, parallelConnections: 4, bandwidthMiBps: 100, tls: true }, true)
  expect(flags & MigrateFlag.TLS).toBe(MigrateFlag.TLS)
  expect(flags & MigrateFlag.PARALLEL).toBe(MigrateFlag.PARALLEL)
  expect(params).toMatchObject({ parallelConnections: 4, bandwidthMiBps: 100 })
})

test('a limit for post-copy is passed on as one of its own', () => {
  const launch = { ...plain, postCopy: true, bandwidthMiBps: 100, postCopyBandwidthMiBps: 100 }
  expect(launchOptions(launch, true).params).toEqual({ bandwidthMiBps: 100, bandwidthPostcopyMiBps: 100 })
})

test('zstd goes with parallel streams', () => {
  const { flags, params } = launchOptions({ ...plain, parallelConnections: 2, compression: 'zstd' }, true)
  expect(has(flags, MigrateFlag.COMPRESSED) && has(flags, MigrateFlag.PARALLEL)).toBe(true)
  expect(params).toMatchObject({ parallelConnections: 2, compression: ['zstd'] })
})

test('XBZRLE goes with its cache, in one stream, and a resume is without both', () => {
  const xbzrle = { ...plain, postCopy: true, compression: 'xbzrle', xbzrleCacheBytes: 2 ** 29 } as const
  const { flags, params } = launchOptions(xbzrle, true)
  expect([has(flags, MigrateFlag.COMPRESSED), has(flags, MigrateFlag.PARALLEL)]).toEqual([true, false])
  expect(params).toEqual({ compression: ['xbzrle'], compressionXbzrleCacheBytes: 2 ** 29 })
  expect(resumeOptions(true)).toMatchObject({ params: {} })
  expect(has(resumeOptions(true).flags, MigrateFlag.COMPRESSED)).toBe(false)
})

test('a broken post-copy that was encrypted is resumed encrypted', () => {
  expect(resumeOptions(true, true).flags & MigrateFlag.TLS).toBe(MigrateFlag.TLS)
  expect(resumeOptions(true).flags & MigrateFlag.TLS).toBe(0)
})
