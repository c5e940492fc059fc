import type { Facts, GuestModel, WriteSet } from '@landfall/core'
import { goodput, GiB, MiB, qemuDowntimeLimitMs, typicalDirtyLogging } from '@landfall/core'

/** A guest that no machine here could hold, over a link that none here has. */
export interface LargeMachine {
  readonly memoryGiB: number
  readonly vcpus: number
  readonly gigabitsPerSecond: number
  readonly load: Load
}

/** How a guest writes; sets as shares of its memory, speeds for each vCPU. */
export interface Load {
  readonly name: string
  readonly sets: readonly { readonly share: number; readonly mebibytesPerSecondOfVcpu: number }[]
  /** Of its vCPUs' time. */
  readonly busyShare: number
}

/** Assumed: nobody publishes what guests of that size write. A guest's speed is taken to grow with its vCPUs. */
export const loads: readonly Load[] = [
  { name: 'quiet', sets: [{ share: 0.01, mebibytesPerSecondOfVcpu: 1 }], busyShare: 0.1 },
  {
    name: 'database',
    sets: [
      { share: 0.02, mebibytesPerSecondOfVcpu: 20 },
      { share: 0.2, mebibytesPerSecondOfVcpu: 5 },
    ],
    busyShare: 0.5,
  },
  { name: 'in-memory analytics', sets: [{ share: 0.5, mebibytesPerSecondOfVcpu: 100 }], busyShare: 0.9 },
]

export const machines: readonly LargeMachine[] = [
  [64, 4, 10],
  [64, 16, 25],
  [256, 32, 25],
  [1024, 64, 25],
  [1024, 64, 100],
  [4096, 128, 100],
].flatMap(([memoryGiB = 0, vcpus = 0, gigabitsPerSecond = 0]) =>
  loads.map((load) => ({ memoryGiB, vcpus, gigabitsPerSecond, load })),
)

/**
 * What is assumed of such a host beside the guest:
 * - a sync of the dirty bitmap takes 12 ms for 256 GiB (ByteDance, after their change; 73 ms before it), and a switchover has one;
 * - the first write to a page costs 0.1 to 6 µs with the dirty log (`typicalDirtyLogging('hardware')`);
 * - half of the guest's vCPU count in cores is free on both hosts, so that several streams may be taken;
 * - 37 % of a page changes between two passes, and nothing of it compresses.
 */
export const syncMsPerGiB = 12 / 256
const setUpMsPerGiB = 1
const emptySwitchoverMs = 50
const changedShare = 0.37

const setsOf = ({ memoryGiB, vcpus, load }: LargeMachine): readonly WriteSet[] =>
  load.sets.map(({ share, mebibytesPerSecondOfVcpu }) => ({
    bytes: share * memoryGiB * GiB,
    bytesPerSecond: mebibytesPerSecondOfVcpu * vcpus * MiB,
    pattern: 'uniform',
  }))

const distinct = (sets: readonly WriteSet[], ms: number): number =>
  sets.reduce(
    (sum, { bytes, bytesPerSecond }) => sum + bytes * -Math.expm1((0 - bytesPerSecond * ms) / 1000 / bytes),
    0,
  )

/** What a probe of such a guest would find: 512 pages a GiB over one and two seconds. */
export function factsOf(machine: LargeMachine): Facts {
  const { memoryGiB, vcpus, gigabitsPerSecond, load } = machine
  const memoryBytes = memoryGiB * GiB
  return {
    memoryBytes,
    likelyNonZeroBytes: memoryBytes * 0.9,
    vcpus,
    vcpuBusyShare: load.busyShare,
    dirtyWindows: [1000, 2000, 1000, 2000].map((windowMs) => ({
      windowMs,
      dirtyBytes: distinct(setsOf(machine), windowMs),
      kind: 'page-sampling',
      samplePagesPerGiB: 512,
    })),
    link: goodput((gigabitsPerSecond * 1e9) / 8),
    content: {
      sampledPages: 8192,
      zeroShare: { low: 0.09, likely: 0.1, high: 0.11 },
      zstdRatio: { low: 1, likely: 1.02, high: 1.05 },
      deltas: {
        changedPages: 1000,
        share: { low: changedShare * 0.9, likely: changedShare, high: changedShare * 1.1 },
      },
    },
    streams: {
      parallel: { possible: true },
      zstd: { possible: true },
      xbzrle: { possible: true },
      sourceSpareBytes: memoryBytes * 0.2,
      postCopyAfterParallel: true,
      freeCores: vcpus / 2,
    },
    postCopy: { possible: true },
    throttle: { possible: true },
    accelerator: 'kvm',
    dirtyLogging: typicalDirtyLogging('hardware'),
    overheads: {
      prepareMs: 500 + setUpMsPerGiB * memoryGiB,
      switchoverMs: emptySwitchoverMs + syncMsPerGiB * memoryGiB,
      teardownMs: 300 + setUpMsPerGiB * memoryGiB,
    },
    defaultDowntimeLimitMs: qemuDowntimeLimitMs,
    coldPossible: true,
  }
}

export function guestOf(machine: LargeMachine): GuestModel {
  const { memoryGiB, load } = machine
  return {
    memoryBytes: memoryGiB * GiB,
    nonZeroBytes: memoryGiB * GiB * 0.9,
    writes: setsOf(machine),
    accelerator: 'kvm',
    postCopySpeed: 0.2,
    liveCost: 0.01,
    loggedWriteMicroseconds: Math.min(1, 1 / load.busyShare),
  }
}
