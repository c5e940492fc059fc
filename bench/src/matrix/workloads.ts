import { MiB } from '@landfall/core'
import type { GuestRequest, PageRewrite, WritePattern } from '@landfall/lab'
import type { WriteModel } from './arithmetic.ts'
import type { Machine } from './machine.ts'
import { checkedPerSecond, linkBytesPerSecond, writeSetOf } from './machine.ts'

/** What a guest does: in shares of the link's rate and of its memory, so that it means the same on any machine. */
export interface Workload {
  readonly name: string
  /** What others measure with that it is nearest to, where there is one: QEMU's guestperf, or a client's benchmark. */
  readonly like?: string
  readonly does:
    | { readonly kind: 'idle' }
    /** Pages touched a second ÷ pages that the link carries, over a third of the memory. */
    | {
        readonly kind: 'share'
        readonly ofLink: number
        readonly pattern: WritePattern
        readonly rewrite: PageRewrite
      }
    /** As fast as it can, over a third of the memory. */
    | { readonly kind: 'unlimited'; readonly rewrite: PageRewrite }
    | { readonly kind: 'fixed'; readonly writeSetMiB: number; readonly bytesPerSecond: number }
    /** Values of 4 KiB, in a redis-server. */
    | { readonly kind: 'database'; readonly valuesMiB: number; readonly updatesPerSecond: number }
    /** A program with a client that waits for each answer, or by itself: as fast as it goes. No model says what it writes. */
    | {
        readonly kind: 'program'
        readonly guest: Pick<GuestRequest, 'program' | 'database' | 'valueSize' | 'readPercent' | 'pattern'>
      }
  readonly matrix: 'core' | 'wide'
}

const share = (
  name: string,
  ofLink: number,
  pattern: WritePattern = 'uniform',
  matrix: Workload['matrix'] = 'wide',
  rewrite: PageRewrite = 'stamps',
): Workload => ({ name, does: { kind: 'share', ofLink, pattern, rewrite }, matrix })

function program(name: string, like: string, guest: Extract<Workload['does'], { kind: 'program' }>['guest']): Workload {
  return { name, like, does: { kind: 'program', guest }, matrix: 'wide' }
}

export const workloads: readonly Workload[] = [
  { name: 'idle', does: { kind: 'idle' }, matrix: 'core' },
  // What a write changes of a page is as in real programs: from nothing to all of it, 37 % on average.
  share('mixed 0.9 × B', 0.9, 'uniform', 'core', 'mixed'),
  share('mixed 2 × B', 2, 'uniform', 'core', 'mixed'),
  { name: 'mixed unlimited', does: { kind: 'unlimited', rewrite: 'mixed' }, matrix: 'core' },
  share('mixed phases 4 × B', 4, 'phases', 'core', 'mixed'),
  share('mixed drift 2 × B', 2, 'drift', 'core', 'mixed'),
  {
    name: '20 MiB/s over 256 MiB',
    does: { kind: 'fixed', writeSetMiB: 256, bytesPerSecond: 20 * MiB },
    matrix: 'wide',
  },
  share('uniform 0.2 × B', 0.2, 'uniform', 'wide'),
  share('uniform 0.5 × B', 0.5, 'uniform', 'wide'),
  share('uniform 0.9 × B', 0.9),
  share('uniform 1.1 × B', 1.1),
  share('mixed 1.1 × B', 1.1, 'uniform', 'wide', 'mixed'),
  // Sparse: 32 bytes of a page, the best case for deltas.
  share('uniform 2 × B', 2, 'uniform', 'core'),
  share('uniform 10 × B', 10, 'uniform', 'wide'),
  {
    name: 'uniform unlimited',
    does: { kind: 'unlimited', rewrite: 'stamps' },
    like: 'guestperf: one thread over its whole memory',
    matrix: 'wide',
  },
  share('hot-cold 4 × B', 4, 'hot-cold'),
  share('sequential 2 × B', 2, 'sequential', 'wide'),
  share('phases 4 × B', 4, 'phases'),
  share('dense 0.9 × B', 0.9, 'uniform', 'wide', 'pages'),
  // Whole pages: nothing is gained by deltas.
  share('dense 2 × B', 2, 'uniform', 'core', 'pages'),
  // 55 % of a core: a second of its vCPU's time is enough for 9,150 updates (TCG, measured).
  { name: 'redis', does: { kind: 'database', valuesMiB: 80, updatesPerSecond: 5000 }, matrix: 'wide' },
  program('redis, 300 B', 'memtier_benchmark -d 300 --ratio 1:1, random keys', {
    program: 'redis',
    database: '40MiB',
    valueSize: '300',
    readPercent: 100,
  }),
  program('memcached, 1 KiB', 'YCSB A: half reads, half updates; four of five to a fifth of the keys', {
    program: 'memcached',
    database: '48MiB',
    valueSize: '1KiB',
    readPercent: 100,
    pattern: 'hot-cold',
  }),
  program('postgres', 'pgbench: an account, its teller and its branch in one transaction; as many are read', {
    program: 'postgres',
    database: '6MiB',
    readPercent: 100,
  }),
  program('compile loop', 'a build: tcc over 64 sources, again and again', { program: 'tcc' }),
]

/** Throws for a name that no workload has. */
export function workloadOf({ workload }: { readonly workload: string }): Workload {
  const found = workloads.find(({ name }) => name === workload)
  if (found === undefined) throw new Error(`no workload is called "${workload}"`)
  return found
}

/** Pages (or values, of the same size) that it should write each second; null: as fast as it can. */
export function writeBytesPerSecond({ name, does }: Workload, machine: Machine): number | null {
  if (does.kind === 'idle') return 0
  if (does.kind === 'unlimited' || does.kind === 'program') return null
  if (does.kind === 'fixed') return does.bytesPerSecond
  if (does.kind === 'database') return does.updatesPerSecond * 4096
  const link = linkBytesPerSecond(machine)
  if (link === null) throw new Error(`"${name}" is a share of the link's rate, and this link has none`)
  return does.ofLink * link
}

export function guestOf(workload: Workload, machine: Machine, name: string, on: string): GuestRequest {
  const { does } = workload
  const rate = writeBytesPerSecond(workload, machine)
  const writeSet = does.kind === 'share' || does.kind === 'unlimited' ? writeSetOf(machine) : 0
  return {
    name,
    guest: machine.guest,
    on,
    memory: `${machine.memoryMiB}MiB`,
    vcpus: machine.vcpus,
    fill: machine.fill,
    ...(does.kind === 'program'
      ? does.guest
      : does.kind === 'database'
        ? { database: does.valuesMiB * MiB }
        : { writeSet: does.kind === 'fixed' ? does.writeSetMiB * MiB : writeSet }),
    ...(rate === null || rate === 0 ? {} : { writeRate: Math.round(rate) }),
    ...(does.kind === 'share' ? { pattern: does.pattern, rewrite: does.rewrite } : {}),
    ...(does.kind === 'unlimited' ? { rewrite: does.rewrite } : {}),
    checkRate: checkedPerSecond(machine),
    diskWriteRate: 256 * 1024,
  }
}

/**
 * redis keeps a value of 4 KiB in a slot of 5 KiB, which lies in two pages, and stores each update in another slot.
 * Beside the slots it keeps writing its table of keys and what it reads requests into. Where 5,300 values were updated in
 * pass 1, this says that 48 MB follow it; 51 MB did.
 */
const database = { slotFactor: 1.25, pagesPerUpdate: 2, tableMiB: 3 }

/** What the workload rewrites, as classes of pages; one with phases as it is while busy. Null where that is not known. */
export function writeModel(workload: Workload, machine: Machine): WriteModel | null {
  const { does } = workload
  const bytesPerSecond = writeBytesPerSecond(workload, machine) ?? Infinity
  switch (does.kind) {
    case 'program':
      return null
    case 'idle':
      return { order: 'random', classes: [] }
    case 'unlimited':
      return { order: 'random', classes: [{ bytes: writeSetOf(machine), bytesPerSecond }] }
    case 'fixed':
      return { order: 'random', classes: [{ bytes: does.writeSetMiB * MiB, bytesPerSecond }] }
    case 'database': {
      const { slotFactor, pagesPerUpdate, tableMiB } = database
      return {
        order: 'random',
        classes: [
          { bytes: tableMiB * MiB, bytesPerSecond: Infinity },
          { bytes: does.valuesMiB * slotFactor * MiB, bytesPerSecond: bytesPerSecond * pagesPerUpdate },
        ],
      }
    }
    case 'share': {
      const set = writeSetOf(machine)
      const hot = { bytes: set / 5, bytesPerSecond: bytesPerSecond * 0.8 }
      const cold = { bytes: set - set / 5, bytesPerSecond: bytesPerSecond * 0.2 }
      return {
        order: does.pattern === 'sequential' ? 'sequential' : 'random',
        classes: does.pattern === 'hot-cold' ? [hot, cold] : [{ bytes: set, bytesPerSecond }],
      }
    }
  }
}

/** Whether it can be waited for a quiet time. */
export const hasPhases = ({ does }: Workload): boolean => does.kind === 'share' && does.pattern === 'phases'
