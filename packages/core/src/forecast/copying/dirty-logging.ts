import type { DirtyLoggingFacts, Facts } from '../../facts.ts'
import type { Range } from '../../range.ts'
import { range } from '../../range.ts'
import type { Bytes, Milliseconds } from '../../units.ts'
import type { Bound } from '../../working-set/curve.ts'

const pageBytes = 4096

/** What stands against each other while the dirty log is on: the guest's own work and its first writes to pages. */
export interface LoggedWork {
  /** U(t) of the guest's own working time. */
  readonly distinct: (tMs: Milliseconds) => Bytes
  /** c: what the first write to a page after a sync costs its vCPU. */
  readonly microsecondsPerPage: number
  /** Cores' worth of work that the guest does. */
  readonly busy: number
  /** Cores' worth of time that its work and those writes share: what it leaves idle of that is taken first. */
  readonly capacity: number
}

/**
 * How much of a pass the guest gets on with its work. Each page that it writes for the first time after a sync is a fault, so that
 * a stretch of s of its own work takes `s + c·N(s)`, N(s) pages being reached in it: of a pass of t it works the s with
 * `busy·s + c·N(s) = capacity·t`.
 *
 * @example
 * A guest of one busy vCPU rewrites 65,536 pages (256 MiB) within no time. At 12 µs a page it loses 0.79 s in each pass, however
 * long that is: of a pass of 4.6 s it works 3.8 s, of one of 1 s it works 0.2 s. One that writes 10,000 new pages a second without
 * an end works 1 / 1.12 of any pass.
 */
export function workedMs(
  { distinct, microsecondsPerPage, busy, capacity }: LoggedWork,
  passMs: Milliseconds,
): Milliseconds {
  const neededMs = (ms: Milliseconds): Milliseconds =>
    busy * ms + ((distinct(ms) / pageBytes) * microsecondsPerPage) / 1000
  const givenMs = capacity * passMs
  if (microsecondsPerPage === 0 || neededMs(passMs) <= givenMs) return passMs
  let [least, most] = [0, passMs]
  for (let step = 0; step < 24; step++) {
    const middle = (least + most) / 2
    if (neededMs(middle) <= givenMs) least = middle
    else most = middle
  }
  return least
}

/** How a guest's vCPUs share what its first writes cost: at best all alike and idle time first, at worst one of them has all of it. */
export function sharedBy(
  { vcpus, vcpuBusyShare = 1 }: Pick<Facts, 'vcpus' | 'vcpuBusyShare'>,
  bound: Bound,
): Pick<LoggedWork, 'busy' | 'capacity'> {
  const used = vcpus * Math.min(1, Math.max(0.01, vcpuBusyShare))
  if (bound === 'low') return { busy: used, capacity: vcpus }
  if (bound === 'high') return { busy: 1, capacity: 1 }
  return { busy: used, capacity: Math.ceil(used) }
}

/** What kind of KVM runs a guest; a hypervisor beneath it makes an exit several times as dear. */
export type KvmKind = 'hardware' | 'nested' | 'software' | 'unknown'

/**
 * Until a host has shown its own. Of hardware nothing was measured by this project: with PML a first write leaves no more than an
 * entry in a buffer, without it there is a fault of one to a few µs. Under a software KVM (PVM) it cost 11 to 12 µs with nothing else
 * on the machine and 17 to 27 on a busy one.
 */
const assumed: Record<KvmKind, Range> = {
  hardware: range(0.1, 1.5, 6),
  nested: range(1, 6, 25),
  software: range(8, 16, 30),
  unknown: range(0.1, 3, 30),
}

export const typicalDirtyLogging = (kind: KvmKind): DirtyLoggingFacts => ({
  microsecondsPerPage: assumed[kind],
  source: 'assumed',
})

/** What to reckon with; nothing for a guest without KVM, whose cost is in what any live copy costs. */
export function loggingCost({ accelerator, dirtyLogging }: Pick<Facts, 'accelerator' | 'dirtyLogging'>): Range {
  if (accelerator !== 'kvm') return range(0, 0, 0)
  return (dirtyLogging ?? typicalDirtyLogging('unknown')).microsecondsPerPage
}
