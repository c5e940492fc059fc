import type { ContentFacts, DirtyLoggingFacts, Facts, KvmKind, LocalDisk, StreamFacts } from '@landfall/core'
import {
  busierThanNow,
  goodput,
  typicalDirtyLogging,
  typicalOverheads,
  withEarlierPasses,
  withWhatIsUsual,
} from '@landfall/core'
import type { Connection, Domain, DomainDescription } from '@landfall/libvirt'
import { DomainStats } from '@landfall/libvirt'
import type { History } from '../store/story/history.ts'
import type { Host } from '../hosts/host.ts'
import type { ProbeResult } from './probe/windows-in-turn.ts'
import { coldObstacle } from './cold-obstacle.ts'

/** Where nobody said: what most racks have. The first seconds of the migration correct it. */
const assumedLinkBytesPerSecond = 10e9 / 8

export interface FactsInput {
  readonly connection: Connection
  readonly domain: Domain
  readonly description: DomainDescription
  readonly source: Host
  readonly destination: Host
  readonly probe: ProbeResult
  /** Null where it could not be told. */
  readonly vcpuBusyShare: number | null
  /** Null where its pages could not be sampled. */
  readonly content: ContentFacts | null
  /** Null where it does not matter any more. */
  readonly streams: StreamFacts | null
  readonly kvmKind: KvmKind
  readonly downtimeLimitMs: number
  readonly persistent: boolean
  readonly history: History
  readonly localDisks: readonly LocalDisk[]
}

/** What core needs to know before a migration, as far as the hosts can tell. */
export async function factsOf(input: FactsInput): Promise<Facts> {
  const { description, probe, history } = input
  const accelerator = description.type === 'kvm' ? 'kvm' : 'tcg'
  const obstacle = coldObstacle(description)
  const busierPass = busierThanNow(probe.windows, history.passWindows, description.memoryBytes)
  const residentBytes = await residentBytesOf(input.connection, input.domain, description)
  return {
    memoryBytes: description.memoryBytes,
    ...(residentBytes === null ? {} : { likelyNonZeroBytes: Math.min(residentBytes, description.memoryBytes) }),
    ...(input.content === null ? {} : { content: input.content }),
    ...(input.streams === null ? {} : { streams: input.streams }),
    ...(history.usualFirstPassBytes === undefined ? {} : { usualFirstPassBytes: history.usualFirstPassBytes }),
    vcpus: description.currentVcpus,
    ...(input.vcpuBusyShare === null ? {} : { vcpuBusyShare: input.vcpuBusyShare }),
    dirtyWindows: withEarlierPasses(probe.windows, history.passWindows, description.memoryBytes),
    ...(busierPass === null ? {} : { busierPass }),
    ...(history.experience.length === 0 ? {} : { experience: history.experience }),
    link: linkOf(input.source, input.destination, history),
    postCopy: postCopyOf(description),
    throttle: { possible: true },
    accelerator,
    ...(accelerator === 'kvm' ? { dirtyLogging: dirtyLoggingOf(input.kvmKind, history) } : {}),
    overheads: { ...typicalOverheads(accelerator), ...history.overheads },
    defaultDowntimeLimitMs: input.downtimeLimitMs,
    ...(Object.keys(history.coldTimes).length === 0 ? {} : { coldTimes: history.coldTimes }),
    // A transient guest has no definition to start again from.
    coldPossible: input.persistent && obstacle === null,
    ...(obstacle === null ? {} : { coldObstacle: obstacle }),
    ...(input.localDisks.length === 0 ? {} : { localDisks: input.localDisks }),
  }
}

/** As guests that left this host have shown it, within what is usual for its kind of KVM. */
function dirtyLoggingOf(kind: KvmKind, { loggingMicrosecondsPerPage: seen }: History): DirtyLoggingFacts {
  const usual = typicalDirtyLogging(kind)
  if (seen === undefined) return usual
  return { microsecondsPerPage: withWhatIsUsual(seen, usual), source: 'history' }
}

/** The slower of the two ends carries the stream. */
export function linkOf(source: Host, destination: Host, { linkBytesPerSecond }: History): Facts['link'] {
  const stated = [source, destination].flatMap(({ linkBytesPerSecond }) => linkBytesPerSecond ?? [])
  if (stated.length > 0) return goodput(Math.min(...stated), 'configured')
  if (linkBytesPerSecond === undefined) return goodput(assumedLinkBytesPerSecond, 'assumed')
  // What a stream carried at its best. Others may share the link now.
  const seen = linkBytesPerSecond
  return { source: 'history', bytesPerSecond: { low: seen * 0.7, likely: seen, high: seen * 1.1 } }
}

/**
 * What can be told beforehand; userfaultfd on the destination is checked by libvirt when post-copy is armed, before any
 * memory moves.
 */
function postCopyOf({ memoryBacking }: DomainDescription): Facts['postCopy'] {
  if (memoryBacking.hugepages) {
    return { possible: false, why: 'its memory is made of huge pages: each missing one would stall it for long' }
  }
  return { possible: true }
}

/**
 * What QEMU has touched of the guest's memory: zero pages that nobody wrote are not there. Null where it does not tell: huge
 * pages are not counted in it.
 */
async function residentBytesOf(
  connection: Connection,
  domain: Domain,
  { memoryBacking }: DomainDescription,
): Promise<number | null> {
  if (memoryBacking.hugepages) return null
  const [record] = await connection.getAllDomainStats([domain], DomainStats.BALLOON)
  const rss = record?.params['balloon.rss']
  return typeof rss === 'number' || typeof rss === 'bigint' ? Number(rss) * 1024 : null
}
