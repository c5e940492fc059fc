import { describe, expect, it } from 'vitest'
import { MigrateFlag } from '../../flags.ts'
import { checkMigration } from './migration-check.ts'
import { toMigrateTypedParams } from './migration-params.ts'
import type { MigrateParams } from './migration-params.ts'

const p2p = MigrateFlag.PEER2PEER | MigrateFlag.LIVE
const destination = 'qemu+tcp://host2/system'

describe('what only libvirt’s C library checks is checked here', () => {
  const refused: readonly (readonly [string, string, MigrateParams, number])[] = [
    ['no peer-to-peer', destination, {}, MigrateFlag.LIVE],
    ['no URI', 'host2', {}, p2p],
    ['an empty URI', '', {}, p2p],
    ['the source itself', 'qemu+tcp://localhost/system', {}, p2p],
    ['no host', 'qemu:///system', {}, p2p],
    ['tunnelled and parallel', destination, {}, p2p | MigrateFlag.TUNNELLED | MigrateFlag.PARALLEL],
    ['tunnelled and post-copy', destination, {}, p2p | MigrateFlag.TUNNELLED | MigrateFlag.POSTCOPY],
    ['two ways of copying disks', destination, {}, p2p | MigrateFlag.NON_SHARED_DISK | MigrateFlag.NON_SHARED_INC],
    ['synchronous writes to shared disks', destination, {}, p2p | MigrateFlag.NON_SHARED_SYNCHRONOUS_WRITES],
    ['post-copy of a stopped guest', destination, {}, MigrateFlag.PEER2PEER | MigrateFlag.POSTCOPY],
    ['resuming what is no post-copy', destination, {}, p2p | MigrateFlag.POSTCOPY_RESUME],
    ['zero-copy without parallel', destination, {}, p2p | MigrateFlag.ZEROCOPY],
    ['offline without persistence', destination, {}, MigrateFlag.PEER2PEER | MigrateFlag.OFFLINE],
    ['a throttle without auto-converge', destination, { autoConvergeInitialPercent: 20 }, p2p],
    ['a throttle of 100 %', destination, { autoConvergeInitialPercent: 100 }, p2p | MigrateFlag.AUTO_CONVERGE],
    ['a throttle of 0 %', destination, { autoConvergeIncrementPercent: 0 }, p2p | MigrateFlag.AUTO_CONVERGE],
    ['connections without parallel', destination, { parallelConnections: 4 }, p2p],
    ['no connections', destination, { parallelConnections: 0 }, p2p | MigrateFlag.PARALLEL],
    ['a data URI in a tunnel', destination, { migrateUri: 'tcp://host2' }, p2p | MigrateFlag.TUNNELLED],
  ]

  it.each(refused)('%s is refused', (_name, uri, params, flags) => {
    expect(() => {
      checkMigration(uri, params, flags)
    }).toThrow(expect.objectContaining({ code: 'LIBVIRT_BAD_ARGUMENT' }))
  })

  const accepted: readonly (readonly [string, MigrateParams, number])[] = [
    [destination, {}, p2p],
    [destination, { parallelConnections: 4 }, p2p | MigrateFlag.PARALLEL | MigrateFlag.POSTCOPY],
    [destination, { autoConvergeInitialPercent: 99 }, p2p | MigrateFlag.AUTO_CONVERGE],
    [destination, {}, p2p | MigrateFlag.POSTCOPY | MigrateFlag.POSTCOPY_RESUME],
    [destination, {}, MigrateFlag.PEER2PEER | MigrateFlag.OFFLINE | MigrateFlag.PERSIST_DEST],
    ['qemu+unix:///system?socket=/run/other/libvirt-sock', {}, p2p],
  ]

  it.each(accepted)('%s with %j and flags %i is let through', (uri, params, flags) => {
    expect(() => {
      checkMigration(uri, params, flags)
    }).not.toThrow()
  })
})

describe('migration parameters', () => {
  it('get libvirt’s names and types', () => {
    const params: MigrateParams = {
      destinationName: 'other',
      bandwidthMiBps: 90,
      bandwidthPostcopyMiBps: 0,
      disksPort: 49_152,
      compression: ['zlib', 'zstd'],
      autoConvergeInitialPercent: 30,
      parallelConnections: 2,
    }
    expect(toMigrateTypedParams(params)).toEqual([
      { field: 'destination_name', type: 'string', value: 'other' },
      { field: 'bandwidth', type: 'ullong', value: 90n },
      { field: 'bandwidth.postcopy', type: 'ullong', value: 0n },
      { field: 'disks_port', type: 'int', value: 49_152 },
      { field: 'compression', type: 'string', value: 'zlib' },
      { field: 'compression', type: 'string', value: 'zstd' },
      { field: 'auto_converge.initial', type: 'int', value: 30 },
      { field: 'parallel.connections', type: 'int', value: 2 },
    ])
  })

  it.each([1.5, -1, Number.NaN, 2 ** 60])('a bandwidth of %d is refused', (bandwidthMiBps) => {
    expect(() => toMigrateTypedParams({ bandwidthMiBps })).toThrow(
      expect.objectContaining({ code: 'LIBVIRT_BAD_ARGUMENT' }),
    )
  })
})
