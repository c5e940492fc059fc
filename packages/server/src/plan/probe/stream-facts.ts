import type { Bytes, Intent, Possible, StreamFacts } from '@landfall/core'
import type { Connection, Domain } from '@landfall/libvirt'
import { streamObstacle } from '@landfall/core'
import { formatVersion, LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import { serverError } from '../../errors.ts'

/** Versions as libvirt gives them: 10000013 is 10.0.13. */
export interface StreamVersions {
  readonly sourceLibvirt: number
  readonly destinationLibvirt: number
  /** Of the QEMU that runs the guest, which may be older than the installed one (told where either will do); null where it does not tell. */
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
/** XBZRLE is older; its stop needs QEMU to be told what the stream carries (avail-switchover-bandwidth, 8.2). */
const qemuWithXbzrle = 8_002_000

/** What there is on the source for what QEMU keeps of pages that it sent. */
export interface SourceMemory {
  /** Whether the kernel kills the guest's QEMU beyond some amount. */
  readonly hardLimit: boolean
  /** What the host can spare. */
  readonly spareBytes: Bytes
}

/** What a pair of hosts can do with a stream. Pure. */
export function streamFacts(versions: StreamVersions, freeCores: number | null, memory: SourceMemory): StreamFacts {
  const { sourceLibvirt, destinationLibvirt, sourceQemu, destinationQemu } = versions
  const libvirt = Math.min(sourceLibvirt, destinationLibvirt)
  const qemu = Math.min(sourceQemu ?? 0, destinationQemu)
  return {
    parallel: possibleFrom('libvirt', libvirt, libvirtWithParallel, 'send several streams'),
    zstd: zstdOf(libvirt, sourceQemu === null ? destinationQemu : qemu),
    xbzrle: xbzrleOf(versions, memory),
    sourceSpareBytes: memory.spareBytes,
    postCopyAfterParallel: qemu >= qemuWithPostCopyAfterParallel,
    ...(freeCores === null ? {} : { freeCores }),
  }
}

function zstdOf(libvirt: number, qemu: number): Possible {
  const byLibvirt = possibleFrom('libvirt', libvirt, libvirtWithZstd, 'compress with zstd')
  return byLibvirt.possible ? possibleFrom('QEMU', qemu, qemuWithZstd, 'compress with zstd') : byLibvirt
}

function xbzrleOf({ sourceQemu, destinationQemu }: StreamVersions, { hardLimit }: SourceMemory): Possible {
  if (hardLimit) {
    const why =
      'its memory has a hard limit (memtune): the cache counts against it, and the kernel kills its QEMU beyond'
    return { possible: false, why }
  }
  const deed = 'be told when to stop with xbzrle'
  const there = possibleFrom('QEMU', destinationQemu, qemuWithXbzrle, deed)
  if (!there.possible) return there
  if (sourceQemu === null) return { possible: false, why: 'its QEMU has to be told when to stop, and does not answer' }
  return possibleFrom('QEMU', sourceQemu, qemuWithXbzrle, deed)
}

function possibleFrom(what: string, version: number, oldest: number, deed: string): Possible {
  if (version >= oldest) return { possible: true }
  return {
    possible: false,
    why: `${what} ${formatVersion(version)} cannot ${deed} (${formatVersion(oldest)} and newer can)`,
  }
}

type HostVersions = Pick<Connection, 'libVersion' | 'getVersion'>

/** Of both hosts, the source first. */
export async function versionsOf(
  domain: Pick<Domain, 'qemuMonitorCommand'>,
  [source, destination]: readonly [HostVersions, HostVersions],
): Promise<StreamVersions> {
  const [installed, destinationQemu] = await Promise.all([source.getVersion(), destination.getVersion()])
  // A monitor command marks the guest as tainted: it is asked only where the answer matters.
  const matters = Math.min(installed, destinationQemu) >= qemuWithXbzrle
  const sourceQemu = matters ? await runningQemu(domain) : installed
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

/** @throws LandfallError `preflight` for a part of the stream that was asked for and cannot be done */
export function refuseWhatCannotBe(intent: Intent, streams: StreamFacts): void {
  const obstacle = streamObstacle(intent, streams)
  if (obstacle !== null) throw serverError('preflight', obstacle.why, obstacle.next)
}
