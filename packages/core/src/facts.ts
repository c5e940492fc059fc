import type { Experience } from './forecast/experience.ts'
import type { Range } from './range.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from './units.ts'

/**
 * How a window was measured.
 * - `page-sampling`: QEMU hashes random pages twice; sees no identical rewrites, safe on every accelerator;
 * - `dirty-bitmap`: real tracking, slows the guest and so under-reads (by half at 100 ms), and read 1.4 to 1.7 times the truth over 2 s under a
 *   software KVM (bench/dirty-logging); kills TCG guests on QEMU 7.2; the probe does not ask for it;
 * - `dirty-ring`: per-vCPU, KVM only; stops a guest that writes fast while it measures, and is never asked for;
 * - `pass`: a pass of a migration: exact, the whole guest, identical rewrites included.
 */
export type WindowKind = 'page-sampling' | 'dirty-bitmap' | 'dirty-ring' | 'pass'

/** One point of the working-set curve: distinct bytes written within a window. */
export interface DirtyWindow {
  readonly windowMs: Milliseconds
  /** Distinct, i.e. rate × window as QEMU's calc-dirty-rate reports it. */
  readonly dirtyBytes: Bytes
  readonly kind: WindowKind
  readonly ageMs?: Milliseconds
  /** How coarse the reading is, e.g. 1 MiB/s × window for QEMU's whole-MiB/s output. */
  readonly resolutionBytes?: Bytes
  /** Of page sampling; QEMU's usual 512 when absent. */
  readonly samplePagesPerGiB?: number
  /** The share of the window that the vCPUs waited for a core of the host, 0 to 1; not told when absent. */
  readonly waitedShare?: number
}

export type Possible = { readonly possible: true } | { readonly possible: false; readonly why: string }

export interface LinkFacts {
  /** What a migration stream carries (goodput), see {@link goodput}: with compression, of the guest's memory. */
  readonly bytesPerSecond: Range
  /** Bytes on the wire for each of the guest's, below 1 with compression; 1 when absent. */
  readonly wireShare?: Range
  /** With XBZRLE, from pass 3 on: in pass 1 it is off, pass 2 fills its cache. */
  readonly deltas?: {
    readonly bytesPerSecond: Range
    readonly wireShare: Range
    /** How a page changes with the time since it was sent; as much as that at once where nobody looked. */
    readonly growth?: DeltaGrowth
  }
  readonly source: 'configured' | 'history' | 'measured' | 'assumed'
}

/** A disk that the destination cannot reach, so that it is copied along. */
export interface LocalDisk {
  /** The guest's name for it: vda. */
  readonly target: string
  /** What is copied: what it takes on the source, holes left out. */
  readonly allocatedBytes: Bytes
  /** What the guest's writing adds to the copy; see mirrorInflow. */
  readonly inflow: Range
}

/** Time that is not copying. */
export interface Overheads {
  /** From the request to the first byte: libvirt's Begin and Prepare. */
  readonly prepareMs: Milliseconds
  /** Earlier migrations have shown how long that takes; absent where it is what is typical. */
  readonly prepareSeen?: true
  /** δ: device state, stop, load, resume: a switchover's cost with nothing left to send. */
  readonly switchoverMs: Milliseconds
  /** From the guest running on the destination to the source being free. */
  readonly teardownMs: Milliseconds
}

/** What KVM's dirty log costs a guest while it is copied live. */
export interface DirtyLoggingFacts {
  /** Of a vCPU's time, for the first write to each page after each sync. */
  readonly microsecondsPerPage: Range
  readonly source: 'measured' | 'history' | 'assumed'
}

/** How long a guest's earlier cold migrations took; each absent where nobody has seen it. */
export interface ColdTimes {
  /** From being asked to shut down until it was shut off. */
  readonly shutdownMs?: Milliseconds
  /** From being shut off here until QEMU ran it there. */
  readonly startMs?: Milliseconds
  /** From then on until its guest agent answered. */
  readonly bootMs?: Milliseconds
}

/** A page that was sent a moment ago has met fewer writes than one that was sent long ago, and is sent as a smaller delta. */
export interface DeltaGrowth {
  /** The looks between which `wireShare` was seen were so far apart. */
  readonly seenAfterMs: Milliseconds
  /** So long after it was read, a page that had changed by then had changed by this share of `wireShare`, 0 to 1. */
  readonly soonAfterMs: Milliseconds
  readonly soonShare: number
}

/** What QEMU's XBZRLE makes of pages that were seen to change: it sends only what differs from the page as it was sent before. */
export interface DeltaFacts {
  /** Seen to change between two looks. */
  readonly changedPages: number
  /** Bytes sent for each byte of such a page, 0 to 1; between two standard errors either way. */
  readonly share: Range
  /** Between the looks; absent in plans of before. */
  readonly apartMs?: Milliseconds
  /** The same of looks that were closer together; absent where too few pages were seen to change by then. */
  readonly soon?: Omit<DeltaFacts, 'soon'>
}

/** What a sample of the guest's pages showed. */
export interface ContentFacts {
  readonly sampledPages: number
  /** Of its memory, 0 to 1; between two standard errors either way. */
  readonly zeroShare: Range
  /** Bytes in ÷ bytes out at zstd's level 1, of pages that are not zero; null where none was seen. */
  readonly zstdRatio: Range | null
  /** Absent where too few pages were seen to change. */
  readonly deltas?: DeltaFacts
}

/** What the two hosts and their QEMUs can do beyond one plain stream. */
export interface StreamFacts {
  readonly parallel: Possible
  readonly zstd: Possible
  /** Unknown when absent: then it is not used. */
  readonly xbzrle?: Possible
  /** Memory that the source can spare for copies of the pages that it sent; unknown when absent. */
  readonly sourceSpareBytes?: Bytes
  /** Whether post-copy can follow several streams: QEMU 10.1 on both hosts (e274188612). */
  readonly postCopyAfterParallel: boolean
  /** Whole cores' worth of idle time on the busier of the two hosts; unknown when absent. */
  readonly freeCores?: number
}

export type Accelerator = 'kvm' | 'tcg' | 'hvf' | 'other'

/** What is known before a migration starts. */
export interface Facts {
  readonly memoryBytes: Bytes
  /** Zero pages cost about 9 bytes on the wire; unknown when absent. QEMU's resident size will do. */
  readonly likelyNonZeroBytes?: Bytes
  /** What the first pass of this guest's last migrations sent, from its history. */
  readonly usualFirstPassBytes?: Bytes
  readonly vcpus: number
  /**
   * Share of its vCPUs' time that the guest really used, 0 to 1; taken as 1 when absent. A throttle takes idle time
   * first: a guest that used a fifth of its CPU writes as before when it is slowed by 60 % (lab, QEMU 10.0).
   */
  readonly vcpuBusyShare?: number
  /** Empty when the probe failed: the passes decide then. */
  readonly dirtyWindows: readonly DirtyWindow[]
  /** Of an earlier migration: a pass in which the guest wrote more than it does now. Absent where none is known. */
  readonly busierPass?: DirtyWindow
  /** How earlier migrations came out within what was predicted of them; none when absent. */
  readonly experience?: readonly Experience[]
  readonly link: LinkFacts
  /** Unknown when absent: nothing is compressed then unless it was asked for. */
  readonly content?: ContentFacts
  /** Unknown when absent: one plain stream then, unless more was asked for. */
  readonly streams?: StreamFacts
  readonly postCopy: Possible
  readonly throttle: Possible
  readonly accelerator: Accelerator
  /** Of a guest under KVM; where absent, nobody knows of what kind that is (see forecast/copying/dirty-logging.ts). */
  readonly dirtyLogging?: DirtyLoggingFacts
  readonly overheads: Overheads
  /** QEMU's downtime limit when nobody sets one. */
  readonly defaultDowntimeLimitMs: Milliseconds
  /** From the guest's history, when it has one. */
  readonly coldTimes?: ColdTimes
  readonly coldPossible: boolean
  /** Why not, in words; where absent the guest has no definition that could be moved. */
  readonly coldObstacle?: string
  /** Disks that are copied along; none when absent. */
  readonly localDisks?: readonly LocalDisk[]
}

/** QEMU's downtime limit when nobody sets one (migration/options.c, all versions read). */
export const qemuDowntimeLimitMs: Milliseconds = 300

/**
 * Until a host has a history of its own. Prepare took 0.3–1.3 s in the lab (libvirt 11.3), 0.8–4.5 s on libvirt 9.0. A small
 * KVM guest stands still for 14–88 ms beyond its bytes, a TCG guest on a loaded machine for 70–110 ms (lab).
 */
export const typicalOverheads = (accelerator: Accelerator): Overheads => ({
  prepareMs: 500,
  switchoverMs: accelerator === 'kvm' ? 50 : 90,
  teardownMs: 300,
})

/** Share of a link's line rate that a migration stream gets: 91 of 95.4 MiB/s on a shaped 800 Mbit/s link (lab). */
const goodputShare = 0.955

/** What a migration stream carries over a link of this line rate. */
export function goodput(lineRate: BytesPerSecond, source: LinkFacts['source'] = 'configured'): LinkFacts {
  const likely = lineRate * goodputShare
  const { low, high } = linkSpread[source]
  return { bytesPerSecond: { low: likely * low, likely, high: likely * high }, source }
}

/**
 * Of a link whose rate nobody stated nothing is known: 1 Gbit/s is as usual as 10, two cores of a busy host carry 3, and above 20 a core
 * does not fill it.
 */
const linkSpread: Readonly<Record<LinkFacts['source'], { readonly low: number; readonly high: number }>> = {
  configured: { low: 0.9, high: 1 / goodputShare },
  history: { low: 0.95, high: 1 / goodputShare },
  measured: { low: 0.95, high: 1 / goodputShare },
  assumed: { low: 0.1, high: 2 },
}
