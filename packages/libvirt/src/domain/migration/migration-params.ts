import type { TypedParam } from '../../xdr/typed-param.ts'
import { wholeNumber } from '../whole-number.ts'

/**
 * The typed parameters of a migration (VIR_MIGRATE_PARAM_*), units in the names. libvirt has none for the downtime: set that with
 * {@link Domain.migrateSetMaxDowntime}, before or during.
 */
export interface MigrateParams {
  /** The domain's name on the destination. */
  readonly destinationName?: string
  /** Must be ABI-identical; start from `getXMLDesc(MIGRATABLE | SECURE)`. */
  readonly destinationXml?: string
  /** Needed when `destinationXml` renames paths and the domain is made persistent there. libvirt 1.3.4 */
  readonly persistentXml?: string
  /** Where QEMU's own stream goes, e.g. `tcp://10.0.0.2`; the destination chooses when missing. */
  readonly migrateUri?: string
  /** MiB/s; missing or 0 is the domain's stored maximum, by default unlimited. */
  readonly bandwidthMiBps?: number
  /** MiB/s after the switch to post-copy; 0 is unlimited. libvirt 5.1 */
  readonly bandwidthPostcopyMiBps?: number
  /** MiB/s that QEMU assumes to have for the switchover. libvirt 11.1 */
  readonly bandwidthAvailSwitchoverMiBps?: number
  readonly graphicsUri?: string
  readonly listenAddress?: string
  /** Targets (`vda`) of the disks to copy; all but read-only and shareable ones when missing. libvirt 1.2.17 */
  readonly migrateDisks?: readonly string[]
  /** libvirt 10.9 */
  readonly migrateDisksDetectZeroes?: readonly string[]
  readonly disksPort?: number
  /** `tcp://host:port` or `unix:///path`. libvirt 6.8 */
  readonly disksUri?: string
  /** `xbzrle`, `mt`, `zlib`, `zstd`; the last two go with PARALLEL. */
  readonly compression?: readonly string[]
  readonly compressionMtLevel?: number
  readonly compressionMtThreads?: number
  readonly compressionMtDthreads?: number
  readonly compressionXbzrleCacheBytes?: number
  /** libvirt 9.4 */
  readonly compressionZlibLevel?: number
  /** libvirt 9.4 */
  readonly compressionZstdLevel?: number
  /** 1 to 99; needs AUTO_CONVERGE. */
  readonly autoConvergeInitialPercent?: number
  /** 1 to 99; needs AUTO_CONVERGE. */
  readonly autoConvergeIncrementPercent?: number
  /** Needs PARALLEL. libvirt 5.2 */
  readonly parallelConnections?: number
  /** The name to expect in the destination's certificate. libvirt 6.0 */
  readonly tlsDestination?: string
}

type Kind = 'string' | 'strings' | 'int' | 'ullong'

// VIR_MIGRATE_PARAM_*: each field's name and type on the wire; servers refuse a wrong type.
const wire: { readonly [Name in keyof Required<MigrateParams>]: readonly [string, Kind] } = {
  migrateUri: ['migrate_uri', 'string'],
  destinationName: ['destination_name', 'string'],
  destinationXml: ['destination_xml', 'string'],
  persistentXml: ['persistent_xml', 'string'],
  bandwidthMiBps: ['bandwidth', 'ullong'],
  bandwidthPostcopyMiBps: ['bandwidth.postcopy', 'ullong'],
  bandwidthAvailSwitchoverMiBps: ['bandwidth.avail.switchover', 'ullong'],
  graphicsUri: ['graphics_uri', 'string'],
  listenAddress: ['listen_address', 'string'],
  migrateDisks: ['migrate_disks', 'strings'],
  migrateDisksDetectZeroes: ['migrate_disks_detect_zeroes', 'strings'],
  disksPort: ['disks_port', 'int'],
  disksUri: ['disks_uri', 'string'],
  compression: ['compression', 'strings'],
  compressionMtLevel: ['compression.mt.level', 'int'],
  compressionMtThreads: ['compression.mt.threads', 'int'],
  compressionMtDthreads: ['compression.mt.dthreads', 'int'],
  compressionXbzrleCacheBytes: ['compression.xbzrle.cache', 'ullong'],
  compressionZlibLevel: ['compression.zlib.level', 'int'],
  compressionZstdLevel: ['compression.zstd.level', 'int'],
  autoConvergeInitialPercent: ['auto_converge.initial', 'int'],
  autoConvergeIncrementPercent: ['auto_converge.increment', 'int'],
  parallelConnections: ['parallel.connections', 'int'],
  tlsDestination: ['tls.destination', 'string'],
}

/** The parameters as libvirt's server wants them. Throws LIBVIRT_BAD_ARGUMENT for a number that is no whole one. */
export const toMigrateTypedParams = (params: MigrateParams): TypedParam[] => {
  const typed: TypedParam[] = []
  for (const [name, value] of Object.entries(params) as [keyof MigrateParams, MigrateParams[keyof MigrateParams]][]) {
    if (value === undefined) continue
    const [field, kind] = wire[name]
    if (typeof value === 'string') typed.push({ field, type: 'string', value })
    else if (typeof value !== 'number') for (const item of value) typed.push({ field, type: 'string', value: item })
    else if (kind === 'ullong') typed.push({ field, type: 'ullong', value: wholeNumber(name, value) })
    else typed.push({ field, type: 'int', value: Number(wholeNumber(name, value)) })
  }
  return typed
}
