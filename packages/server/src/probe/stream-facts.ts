import type { Intent, Possible, StreamFacts } from '@landfall/core'
import type { Connection, Domain } from '@landfall/libvirt'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import { serverError } from '../errors.ts'
import { versionText } from '../preflight/check.ts'

/** Versions as libvirt gives them: 10000013 is 10.0.13. */
export interface StreamVersions {
  readonly sourceLibvirt: number
  readonly destinationLibvirt: number
  /** Of the QEMU that runs the guest, which may be older than the one that is installed; null where it was not asked. */
  readonly sourceQemu: number | null
  readonly destinationQemu: number
}

/** multifd as libvirt knows it. */
const libvirtWithParallel = 5_002_000
/** libvirt took xbzrle and mt only, and refuses zstd before (9.4.0: qemu: Add support for multifd compression). */
const libvirtWithZstd = 9_004_000
/** multifd came with 4.0, its compression with 5.0. */
const qemuWithZstd = 5_000_000
/** e274188612, 2025-05 */
const qemuWithPostCopyAfterParallel = 10_001_000

/** What a pair of hosts can do with a stream. Pure. */
export function streamFacts(versions: StreamVersions, freeCores: number | null): StreamFacts {
  const { sourceLibvirt, destinationLibvirt, sourceQemu, destinationQemu } = versions
  const libvirt = Math.min(sourceLibvirt, destinationLibvirt)
  const qemu = Math.min(sourceQemu ?? 0, destinationQemu)
  return {
    parallel: possibleFrom('libvirt', libvirt, libvirtWithParallel, 'send several streams'),
    zstd: zstdOf(libvirt, sourceQemu === null ? destinationQemu : qemu),
    postCopyAfterParallel: qemu >= qemuWithPostCopyAfterParallel,
    ...(freeCores === null ? {} : { freeCores }),
  }
}

function zstdOf(libvirt: number, qemu: number): Possible {
  const byLibvirt = possibleFrom('libvirt', libvirt, libvirtWithZstd, 'compress with zstd')
  return byLibvirt.possible ? possibleFrom('QEMU', qemu, qemuWithZstd, 'compress with zstd') : byLibvirt
}

function possibleFrom(what: string, version: number, oldest: number, deed: string): Possible {
  if (version >= oldest) return { possible: true }
  return {
    possible: false,
    why: `${what} ${versionText(version)} cannot ${deed} (${versionText(oldest)} and newer can)`,
  }
}

/** Of both hosts, the source first. */
export async function versionsOf(
  domain: Pick<Domain, 'qemuMonitorCommand'>,
  [source, destination]: readonly [Connection, Connection],
): Promise<StreamVersions> {
  const destinationQemu = await destination.getVersion()
  // A monitor command marks the guest as tainted: it is asked only where the answer matters.
  const sourceQemu = destinationQemu >= qemuWithPostCopyAfterParallel ? await runningQemu(domain) : null
  return {
    sourceLibvirt: source.libVersion,
    destinationLibvirt: destination.libVersion,
    sourceQemu,
    destinationQemu,
  }
}

/** Null where it does not tell. */
async function runningQemu(domain: Pick<Domain, 'qemuMonitorCommand'>): Promise<number | null> {
  try {
    return qemuVersionOf(await domain.qemuMonitorCommand({ execute: 'query-version' }))
  } catch (error) {
    if (error instanceof LibvirtError || error instanceof LibvirtClientError) return null
    throw error
  }
}

/** QEMU's answer to query-version, as libvirt writes versions. */
export function qemuVersionOf(answer: unknown): number | null {
  if (typeof answer !== 'object' || answer === null || !('qemu' in answer)) return null
  const told = answer.qemu
  if (typeof told !== 'object' || told === null || !('major' in told) || !('minor' in told)) return null
  const { major, minor } = told
  return typeof major === 'number' && typeof minor === 'number' ? major * 1_000_000 + minor * 1000 : null
}

/** What was asked for by name is done or refused, never left out. @throws LandfallError `preflight` */
export function refuseWhatCannotBe({ stream }: Intent, { parallel, zstd }: StreamFacts): void {
  if (stream?.compression === 'zstd' && !zstd.possible) {
    throw serverError('preflight', `--compression zstd: ${zstd.why}`, 'Leave --compression out, or upgrade it')
  }
  if ((stream?.parallelConnections ?? 1) > 1 && !parallel.possible) {
    throw serverError('preflight', `--parallel: ${parallel.why}`, 'Leave --parallel out, or upgrade it')
  }
}
