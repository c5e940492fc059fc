import type { Facts } from '../facts.ts'
import type { Range } from '../range.ts'
import { exactly, range } from '../range.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import { formatRate } from '../units.ts'
import type { Bound } from '../working-set/curve.ts'

/**
 * QEMU's mirror notes what was written in chunks of 64 KiB: a write of 4 KiB in a chunk that was copied already costs a
 * whole one (block/mirror.c; lab, QEMU 10.0: 1 MiB/s of scattered 4 KiB writes added 11.7 MB/s to the copy).
 */
const mirrorChunkBytes: Bytes = 64 * 1024

const likelyScatter = 2 / 3

/**
 * From the counters of a disk over some time. At best its writes are side by side and share their chunks; at worst each
 * lies in one of its own. The lab's scattered writes came two thirds of the way.
 */
export function mirrorInflow(writtenBytes: Bytes, writes: number, tookMs: Milliseconds): Range {
  if (tookMs <= 0) return range(0, 0, 0)
  const least = (writtenBytes / tookMs) * 1000
  const most = ((writtenBytes + writes * mirrorChunkBytes) / tookMs) * 1000
  return range(least, least + (most - least) * likelyScatter, most)
}

/** The part of the link that is left for the copy at least, however the guest writes: never nothing, for the arithmetic. */
const leastShare = 0.05

type DiskFacts = Pick<Facts, 'localDisks'>
/** A mirror that gains less than this share of the link on the guest's writes is not counted on. */
const mostInflowShare = 0.9

export interface DiskFlow {
  readonly bytes: Bytes
  /** Bytes a second that the guest's writes to these disks take of the link as long as it runs on the source. */
  readonly inflow: BytesPerSecond
  /** From the start of the mirror until it has caught up with the guest; 0 without local disks. */
  readonly copyMs: Milliseconds
  /** What is left of the link for the memory. */
  readonly memoryLink: BytesPerSecond
}

/**
 * The disks go first: libvirt starts the mirrors, waits until all have caught up, and only then has QEMU send memory. They
 * stay until the switchover, and what the guest writes to its disks meanwhile goes over the same link: each mirror is a
 * connection beside that of the memory, and none is given more than an even share that another could use.
 */
export function diskFlow({ localDisks = [] }: DiskFacts, bound: Bound, link: BytesPerSecond): DiskFlow {
  const bytes = sum(localDisks.map(({ allocatedBytes }) => allocatedBytes))
  const inflow = sum(localDisks.map((disk) => disk.inflow[bound]))
  const copyLink = Math.max(link - inflow, link * leastShare)
  const memoryLink = Math.max(link - inflow, link / (localDisks.length + 1))
  return { bytes, inflow, copyMs: (bytes / copyLink) * 1000, memoryLink }
}

/**
 * What the mirrors still have to send when the guest stops: what it wrote to its disks while memory was sent, beyond their share
 * of the link. No more than the disks themselves.
 *
 * One disk, 35 MiB/s of writes, a link of 48 MiB/s: memory and mirror have 24 MiB/s each, the mirror falls behind by 11 MiB/s.
 * After 48 MiB of memory, which take 2 s, those are 22 MiB.
 */
export function mirrorBacklog(facts: DiskFacts, bound: Bound, link: BytesPerSecond, memoryBytes: Bytes): Bytes {
  const { bytes, inflow, memoryLink } = diskFlow(facts, bound, link)
  const behind = Math.max(0, inflow - (link - memoryLink))
  return Math.min(bytes, (behind * memoryBytes) / memoryLink)
}

/** What the link carries of disks, which are not compressed: the best reading of the guest's rate is the one that compresses best. */
export function wireRate({ bytesPerSecond, wireShare = exactly(1) }: Facts['link']): Range {
  const { low, likely, high } = bytesPerSecond
  return range(low * wireShare.high, likely * wireShare.likely, high * wireShare.low)
}

/** Whether the mirrors ever catch up with the guest. */
export function disksConverge(facts: Pick<Facts, 'localDisks' | 'link'>): 'yes' | 'no' | 'uncertain' {
  const { likely, high } = wireRate(facts.link)
  const catchesUp = (bound: Bound, link: BytesPerSecond): boolean =>
    diskFlow(facts, bound, link).inflow < link * mostInflowShare
  if (!catchesUp('low', high)) return 'no'
  return catchesUp('likely', likely) ? 'yes' : 'uncertain'
}

/** "the guest's writes to its local disks make 120 MiB/s to be copied, the link carries 91 MiB/s" */
export function diskRates(facts: Pick<Facts, 'localDisks' | 'link'>): string {
  const { likely } = wireRate(facts.link)
  const { inflow } = diskFlow(facts, 'likely', likely)
  return `the guest's writes to its local disks make ${formatRate(inflow)} to be copied, the link carries ${formatRate(likely)}`
}

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0)
