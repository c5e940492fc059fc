import { isIPv6 } from 'node:net'
import type { Plan } from '@landfall/core'
import type { MigrateParams } from '@landfall/libvirt'
import { MigrateFlag } from '@landfall/libvirt'

export interface LaunchOptions {
  readonly flags: number
  readonly params: MigrateParams
}

/**
 * The libvirt call for a plan: live, peer-to-peer (so that it outlives us), and the guest's definition moves with it if it
 * had one. Post-copy is only armed here (its capability cannot be set later); switching to it is a decision of its own.
 */
export function launchOptions(
  launch: Plan['launch'],
  persistent: boolean,
  address: string | null = null,
): LaunchOptions {
  let flags = MigrateFlag.LIVE | MigrateFlag.PEER2PEER
  if (persistent) flags |= MigrateFlag.PERSIST_DEST | MigrateFlag.UNDEFINE_SOURCE
  if (launch.postCopy) flags |= MigrateFlag.POSTCOPY
  if (launch.autoConverge !== null) flags |= MigrateFlag.AUTO_CONVERGE
  if (launch.parallelConnections !== null) flags |= MigrateFlag.PARALLEL
  if (launch.compression !== null) flags |= MigrateFlag.COMPRESSED
  if (launch.tls) flags |= MigrateFlag.TLS
  const { copyDisks = [] } = launch
  // A copy of the whole: what is below it on the destination could be anything. Never with NON_SHARED_SYNCHRONOUS_WRITES: QEMU
  // frees what its waiting writes still use when such a mirror is ended (block/mirror.c, mirror_run), and crashes or hangs.
  if (copyDisks.length > 0) flags |= MigrateFlag.NON_SHARED_DISK
  return {
    flags,
    params: {
      ...addressed(address),
      ...(launch.autoConverge === null
        ? {}
        : {
            autoConvergeInitialPercent: Math.round(launch.autoConverge.initialPercent),
            autoConvergeIncrementPercent: Math.round(launch.autoConverge.incrementPercent),
          }),
      ...(launch.parallelConnections === null ? {} : { parallelConnections: launch.parallelConnections }),
      ...(launch.compression === null ? {} : { compression: [launch.compression] }),
      ...(launch.xbzrleCacheBytes === undefined ? {} : { compressionXbzrleCacheBytes: launch.xbzrleCacheBytes }),
      ...(launch.bandwidthMiBps === null ? {} : { bandwidthMiBps: launch.bandwidthMiBps }),
      ...(launch.postCopyBandwidthMiBps === undefined ? {} : { bandwidthPostcopyMiBps: launch.postCopyBandwidthMiBps }),
      // Without it libvirt would copy every disk that can be written, shared ones over themselves.
      ...(copyDisks.length === 0 ? {} : { migrateDisks: copyDisks }),
    },
  }
}

/** Without a port: the destination's libvirt chooses one. */
const addressed = (address: string | null): Pick<MigrateParams, 'migrateUri'> =>
  address === null ? {} : { migrateUri: `tcp://${isIPv6(address) ? `[${address}]` : address}` }

/** The same call again after post-copy broke (libvirt 8.5); parameters are not applied a second time, but for the way there. */
export function resumeOptions(persistent: boolean, tls = false, address: string | null = null): LaunchOptions {
  const launch = {
    postCopy: true,
    autoConverge: null,
    downtimeLimitMs: null,
    parallelConnections: null,
    compression: null,
    bandwidthMiBps: null,
    tls,
  }
  const { flags } = launchOptions(launch, persistent)
  return { flags: flags | MigrateFlag.POSTCOPY_RESUME, params: addressed(address) }
}
