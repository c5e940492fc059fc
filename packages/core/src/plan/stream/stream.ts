import type { DeltaFacts, DeltaGrowth, Facts, LinkFacts, Possible } from '../../facts.ts'
import { xbzrleCarries } from '../../forecast/copying/deltas.ts'
import type { Intent } from '../../intent.ts'
import type { Range } from '../../range.ts'
import { mapRange } from '../../range.ts'
import { MiB, formatRate } from '../../units.ts'
import { distinctBytesAt, fitWorkingSet } from '../../working-set/curve.ts'
import { xbzrleCacheBytes } from './xbzrle-cache.ts'

/** How the memory is carried. Capabilities: they cannot be changed while it runs. */
export interface Stream {
  /** Connections of QEMU's multifd; null for one plain stream. */
  readonly parallelConnections: number | null
  readonly compression: 'zstd' | 'xbzrle' | null
  /** Only with XBZRLE: what passes carry from the third on. */
  readonly deltas?: NonNullable<LinkFacts['deltas']>
  /** Of the guest's memory. */
  readonly bytesPerSecond: Range
  /** Bytes on the wire for each of the guest's. */
  readonly wireShare: Range
  readonly postCopy: Possible
  /** What speaks for it, with the figures. */
  readonly why: string
}

/** Streams that could be chosen, the plain one first; and why others are not among them. */
export interface Streams {
  readonly possible: readonly [Stream, ...Stream[]]
  readonly leftOut: string | null
}

/**
 * What one stream carries: a core's worth of reading, checking for zero and sending. KVM hosts 1 to 2 GB/s, with QEMU's TLS
 * 0.6 to 1; the laboratory's TCG guest, on two cores for everything, 0.3 to 0.8 (bench/stream).
 */
const oneStream: Readonly<Record<'plain' | 'tls', Range>> = {
  plain: { low: 1.0e9, likely: 1.5e9, high: 2.5e9 },
  tls: { low: 0.5e9, likely: 0.8e9, high: 1.2e9 },
}
/** What a core compresses in a second at zstd's level 1: 0.37 to 0.42 GB of words, 1.5 to 2.7 of noise (bench/stream). */
const zstdPerCore: Range = { low: 200e6, likely: 300e6, high: 600e6 }
/** Of memory that nobody sampled. */
const unknownRatio: Range = { low: 1, likely: 2, high: 4 }
/** Of pages whose changes nobody sampled. */
const unknownDeltaShare: Range = { low: 0.01, likely: 0.3, high: 1 }
/** Where more than this of a page changes, sending it whole costs little more. */
const mostDeltaShare = 0.85
/** Beyond the copies of what the guest rewrites, for what it may yet rewrite. */
const cacheRoom = 1.2
const aMinuteMs = 60_000
const mostStreams = 8
/** Of a host without a free core, by the kernel's fair share. */
const leastCores = 0.3
/** Of the cores that are free; the others are for whoever wakes up meanwhile. */
const usableShare = 0.75
/** A link that is no faster than this many streams' worth is not worth a second one. */
const clearlyFaster = 1.2

/** Every way of carrying it that the intent and the hosts allow. */
export function streamsFor(intent: Intent, facts: Facts): Streams {
  const wanted = intent.stream?.parallelConnections
  const compression = intent.stream?.compression
  const link = limited(facts.link.bytesPerSecond, intent.stream?.bandwidthMiBps)
  const one = oneStream[intent.stream?.tls === true ? 'tls' : 'plain']
  const plain: Stream = {
    parallelConnections: null,
    compression: null,
    bytesPerSecond: least(link, one),
    wireShare: { low: 1, likely: 1, high: 1 },
    postCopy: facts.postCopy,
    why: 'one plain stream',
  }
  const several = (count: number, why: string): Stream => ({
    ...plain,
    parallelConnections: count,
    bytesPerSecond: least(link, times(one, count)),
    postCopy: postCopyAfterParallel(facts),
    why,
  })
  if (compression === 'zstd') {
    const asked = compressed(facts, link, wanted ?? Math.max(1, coresWanted(facts, link)))
    return { possible: [{ ...asked, why: `zstd, as asked: ${asked.why}` }], leftOut: null }
  }
  if (compression === 'xbzrle') {
    const deltas = withDeltas(plain, facts)
    return { possible: [{ ...deltas, why: `XBZRLE, as asked: ${deltas.why}` }], leftOut: null }
  }
  const automatic = zstdWherePossible(facts, link, wanted)
  const zstd = compression === 'never' || wanted === 1 ? [] : automatic.streams
  const leftOut = compression === 'never' || wanted === 1 ? null : automatic.why
  const deltas = compression !== 'never' && deltasWherePossible(facts) ? [withDeltas(plain, facts)] : []
  if (wanted === 1) return { possible: [plain, ...deltas], leftOut }
  if (wanted !== undefined) return { possible: [several(wanted, `${wanted} streams, as asked`), ...zstd], leftOut }
  const count = streamsWanted(facts, link, one)
  const side =
    count < 2
      ? []
      : [several(count, `the link carries ${formatRate(link.likely)}, one stream ${formatRate(one.likely)}`)]
  return { possible: [plain, ...deltas, ...side, ...zstd], leftOut }
}

/** The facts for a guest that is carried this way; unchanged for a plan from before streams were chosen (journals). */
export function carriedBy(facts: Facts, stream: Stream | undefined): Facts {
  if (stream === undefined) return facts
  const link = { ...facts.link, bytesPerSecond: stream.bytesPerSecond }
  return {
    ...facts,
    link: {
      ...link,
      ...(stream.compression === 'zstd' ? { wireShare: stream.wireShare } : {}),
      ...(stream.deltas === undefined ? {} : { deltas: stream.deltas }),
    },
    postCopy: stream.postCopy,
  }
}

function compressed(facts: Facts, link: Range, threads: number): Stream {
  const ratio = facts.content?.zstdRatio ?? unknownRatio
  const byLink: Range = { low: link.low * ratio.low, likely: link.likely * ratio.likely, high: link.high * ratio.high }
  const carried = least(byLink, times(zstdPerCore, coresOf(threads, facts.streams)))
  const plain = formatRate(link.likely)
  return {
    parallelConnections: threads,
    compression: 'zstd',
    bytesPerSecond: carried,
    wireShare: mapRange(ratio, (value) => 1 / value),
    postCopy: postCopyAfterParallel(facts),
    why: `its pages compress ${ratio.likely.toFixed(1)} to 1${facts.content?.zstdRatio ? '' : ' (assumed)'}, so ${plain} of link carry ${formatRate(carried.likely)} of its memory`,
  }
}

/** What is sent again goes as what has changed in it, once the cache holds what was sent before. */
function withDeltas(plain: Stream, facts: Facts): Stream {
  const seen = facts.content?.deltas
  const share = seen?.share ?? unknownDeltaShare
  const { low, likely, high } = plain.bytesPerSecond
  const bytesPerSecond = least(xbzrleCarries, {
    low: low / share.high,
    likely: likely / share.likely,
    high: high / Math.max(share.low, 1e-3),
  })
  const changes = `${(share.likely * 100).toFixed(share.likely < 0.1 ? 1 : 0)} % of a page that it rewrites`
  return {
    ...plain,
    compression: 'xbzrle',
    deltas: { bytesPerSecond, wireShare: share, ...growthOf(seen) },
    why: `${changes} change${seen === undefined ? ' (assumed)' : ''}, so what is sent again goes at ${formatRate(bytesPerSecond.likely)} once its pages were sent twice`,
  }
}

function growthOf(seen: DeltaFacts | undefined): { readonly growth?: DeltaGrowth } {
  const { apartMs: seenAfterMs, soon } = seen ?? {}
  const soonAfterMs = soon?.apartMs
  if (seen === undefined || soon === undefined || seenAfterMs === undefined || soonAfterMs === undefined) return {}
  if (soonAfterMs >= seenAfterMs || seen.share.likely <= 0) return {}
  return { growth: { seenAfterMs, soonAfterMs, soonShare: Math.min(1, soon.share.likely / seen.share.likely) } }
}

/** Only where its pages were seen to change little, and the source has memory for copies of what is rewritten. */
function deltasWherePossible(facts: Facts): boolean {
  const { streams, content, dirtyWindows, memoryBytes } = facts
  if (streams?.xbzrle?.possible !== true || content?.deltas === undefined) return false
  if (content.deltas.share.high > mostDeltaShare) return false
  const rewritten = distinctBytesAt(fitWorkingSet(dirtyWindows, memoryBytes), 'high', aMinuteMs)
  return xbzrleCacheBytes(facts) >= Math.min(memoryBytes, rewritten * cacheRoom)
}

const none = (why: string) => ({ streams: [], why: `no compression: ${why}` })

/** What `auto` may use: only where the pages were seen to compress, and with cores that are free on both hosts. */
function zstdWherePossible(
  facts: Facts,
  link: Range,
  wanted: number | undefined,
): { readonly streams: readonly Stream[]; readonly why: string | null } {
  const { content, streams } = facts
  if (streams === undefined) return none('what the hosts can do is not known')
  if (!streams.zstd.possible) return none(streams.zstd.why)
  if (!content?.zstdRatio) return none('its pages could not be sampled')
  if (streams.freeCores === undefined) return none('how busy the hosts are is not known')
  const threads = Math.min(wanted ?? mostStreams, coresWanted(facts, link))
  if (threads < 1) return none('not a core is free on both hosts')
  return { streams: [compressed(facts, link, threads)], why: null }
}

/** As many as the link needs at this ratio, of those that are free. */
function coresWanted({ content, streams }: Facts, link: Range): number {
  const needed = Math.ceil((link.likely * (content?.zstdRatio?.likely ?? unknownRatio.likely)) / zstdPerCore.likely)
  return Math.min(needed, mostStreams, usableCores(streams) ?? 1)
}

/** What that many threads get: where they were asked for on busy hosts, a part of what the others leave. */
const coresOf = (threads: number, streams: Facts['streams']): number =>
  Math.min(threads, Math.max(leastCores, streams?.freeCores ?? threads))

/** Whole ones; null where it is not known. */
const usableCores = (streams: Facts['streams']): number | null =>
  streams?.freeCores === undefined ? null : Math.floor(streams.freeCores * usableShare)

/** Streams that fill the link, of those whose cores are free; 1 where one does. */
function streamsWanted({ streams }: Facts, link: Range, one: Range): number {
  if (streams?.parallel.possible !== true || link.likely < one.likely * clearlyFaster) return 1
  return Math.min(Math.ceil(link.likely / one.likely), mostStreams, usableCores(streams) ?? 1)
}

function postCopyAfterParallel({ postCopy, streams }: Facts): Possible {
  if (!postCopy.possible || streams?.postCopyAfterParallel === true) return postCopy
  return { possible: false, why: 'QEMU before 10.1 cannot follow up several streams with it' }
}

function limited(link: Range, bandwidthMiBps: number | undefined): Range {
  if (bandwidthMiBps === undefined) return link
  return mapRange(link, (rate) => Math.min(rate, bandwidthMiBps * MiB))
}

const times = (range: Range, count: number): Range => mapRange(range, (value) => value * count)

const least = (a: Range, b: Range): Range => ({
  low: Math.min(a.low, b.low),
  likely: Math.min(a.likely, b.likely),
  high: Math.min(a.high, b.high),
})
