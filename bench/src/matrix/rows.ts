import { contenders, landfallDefault, landfallHurried, landfallNoPostCopy, landfallPatient } from './contenders.ts'
import type { Machine } from './machine.ts'
import { coreMachine, linkBytesPerSecond, linuxMachine } from './machine.ts'
import { sparseRow } from './results.ts'
import { workloadOf, workloads } from './workloads.ts'

/** A row of the wide matrix: one machine, some workloads, some contenders, one run of each. */
export interface Row {
  readonly name: string
  readonly machine: Machine
  readonly workloads: readonly string[]
  readonly contenders: readonly string[]
  /** What is to be kept in mind with its figures. */
  readonly note: string
  /** It has all of the core in it, so that the core's targets are evaluated. */
  readonly isWholeCore?: true
}

const core = contenders.filter(({ matrix }) => matrix === 'core').map(({ name }) => name)
const some = [
  landfallDefault,
  landfallNoPostCopy,
  'virsh --auto-converge',
  'virsh --postcopy-after-precopy',
  'oVirt Suspend workload',
]
const busy = ['uniform 0.9 × B', 'uniform 2 × B', 'phases 4 × B']
const few = ['idle', 'mixed 0.9 × B', 'mixed 2 × B', 'hot-cold 4 × B']
const ungauged = ['idle', '20 MiB/s over 256 MiB', 'mixed unlimited']
const twoCores = 'Two cores: a vCPU that writes takes one of them'

export const rows: readonly Row[] = [
  {
    name: 'core-emulated',
    machine: coreMachine,
    workloads: workloads.filter(({ matrix }) => matrix === 'core').map(({ name }) => name),
    contenders: core,
    isWholeCore: true,
    note:
      'The whole core once more, with the engine of the evening of 2026-11-29, on a machine that has no KVM: its guests were **emulated (TCG)**, and so were those of every ' +
      'contender. The core above was measured a day later, under a software KVM. In the first of three rounds compilers and tests of the idle class ran beside it.',
  },
  {
    name: 'core-under-load',
    machine: coreMachine,
    workloads: ['idle', 'mixed 0.9 × B', 'mixed 2 × B', 'mixed phases 4 × B'],
    contenders: [landfallDefault, 'virsh --auto-converge', 'virsh --postcopy-after-precopy'],
    note:
      'The guest and the rewriting of the core, beside other work that wants both cores (thirty and more processes that are ready to run): its guests ' +
      'get a fraction of the speed that they ask for, so that shares of B mean little. It tells who ends and what is harmed, not how fast a quiet machine is.',
  },
  {
    name: sparseRow,
    machine: linuxMachine,
    workloads: [
      'idle',
      'uniform 0.9 × B',
      'uniform 1.1 × B',
      'uniform 2 × B',
      'uniform unlimited',
      'hot-cold 4 × B',
      'phases 4 × B',
      'redis',
    ],
    contenders: core,
    note: 'A Linux guest, emulated, that rewrites 32 bytes of a page: the best case for deltas; and redis, whose values are 4 KiB.',
  },
  {
    name: 'programs',
    machine: linuxMachine,
    workloads: ['idle', 'redis, 300 B', 'memcached, 1 KiB', 'compile loop'],
    contenders: some,
    note:
      "Real programs in a Linux guest, emulated: Debian's redis-server, memcached and tcc, as fast as they go. Each value is compared with what was stored, each " +
      'object with the first that its source gave. How many pages they write is known to nobody beforehand, so that there is no bound.',
  },
  {
    name: 'postgres',
    machine: { ...linuxMachine, memoryMiB: 512, fill: false },
    workloads: ['idle', 'postgres'],
    contenders: some,
    note:
      'PostgreSQL in a Linux guest, emulated, with one client in the manner of pgbench, as fast as it goes; every account that is read is compared with what was ' +
      'written. Its files are memory of the guest, which is not filled besides.',
  },
  {
    name: 'deltas-worth',
    machine: coreMachine,
    workloads: ['mixed 2 × B'],
    contenders: [landfallDefault, landfallNoPostCopy, 'virsh --postcopy-after-precopy', 'oVirt Suspend workload'],
    note:
      'The one workload of the core for which it matters that whether deltas are worth it goes by what they save, not by the whole of the cost, of which ' +
      'the first pass is most: before, it took 13.0 s and lost 2.38 s of work (`bench/results/core/2026-11-30.jsonl`). Beside it those of the others that were quickest and that lost least.',
  },
  {
    name: 'time-worth',
    machine: coreMachine,
    workloads: ['mixed 2 × B', 'mixed phases 4 × B'],
    contenders: [landfallPatient.name, landfallDefault, landfallHurried.name],
    note: "What `--time-worth` trades: time against the guest's work, on the core's guest where the two are at odds.",
  },
  {
    name: 'other-shares',
    machine: coreMachine,
    workloads: ['uniform 0.2 × B', 'uniform 0.5 × B', 'mixed 1.1 × B', 'uniform 10 × B', 'sequential 2 × B'],
    contenders: some,
    note: 'Other shares of the link; what is not mixed rewrites 32 bytes of a page.',
  },
  {
    name: 'fixed-rate',
    machine: { ...linuxMachine, memoryMiB: 384 },
    workloads: ['20 MiB/s over 256 MiB'],
    contenders: core,
    note: '0.6 × B over two thirds of the memory; a guest of 384 MiB, as the write set has to fit.',
  },
  {
    name: 'dense',
    machine: coreMachine,
    workloads: ['dense 0.9 × B', 'dense 2 × B'],
    contenders: some,
    note: 'The guest rewrites whole pages, so that nothing is gained by deltas.',
  },
  {
    name: 'plain-and-ovirt',
    machine: linuxMachine,
    workloads: busy,
    contenders: [landfallDefault, 'virsh', 'oVirt Minimal downtime', 'oVirt Post-copy'],
    note: 'Ways that abort or never end when the guest writes faster than the link.',
  },
  {
    name: 'nova',
    machine: linuxMachine,
    workloads: busy,
    contenders: [landfallDefault, 'Nova, defaults', 'Nova, auto-converge', 'Nova, post-copy and force_complete'],
    note: "Nova's completion timeout is scaled to 20 s where it aborts or switches; its rules count in minutes per GiB.",
  },
  {
    name: 'kubevirt',
    machine: linuxMachine,
    workloads: busy,
    contenders: [landfallDefault, 'KubeVirt', 'KubeVirt, stall detection'],
    note: 'Aborted after 42 s (150 s per GiB), or switched after a stall of 40 s.',
  },
  {
    name: '2-vcpus',
    machine: { ...coreMachine, vcpus: 2 },
    workloads: few,
    contenders: some,
    note: `${twoCores}, so two leave none to QEMU's copying.`,
  },
  {
    name: '4-vcpus',
    machine: { ...coreMachine, vcpus: 4 },
    workloads: few,
    contenders: some,
    note: `${twoCores}, so each of four has half of one while it is busy; speeds without a rate mean little.`,
  },
  {
    name: '200-mbit',
    machine: { ...coreMachine, link: '200Mbit' },
    workloads: few,
    contenders: some,
    note: "virsh's timeouts are left out: they mean another pass on another link.",
  },
  {
    name: 'shared-link',
    machine: { ...coreMachine, linkChange: { kind: 'another-stream', afterMs: 4000, forMs: 8000 } },
    workloads: ['idle', 'mixed 0.9 × B', 'mixed 2 × B'],
    contenders: some,
    note:
      "From the fourth to the twelfth second of each migration another's TCP connection sends all it can over the same link, from host to host. " +
      'The bound is that of the link alone.',
  },
  {
    name: 'failing-link',
    machine: { ...coreMachine, linkChange: { kind: 'a-tenth', afterMs: 4000, forMs: 8000 } },
    workloads: ['idle', 'mixed 0.9 × B', 'mixed 2 × B'],
    contenders: some,
    note: 'From the fourth to the twelfth second of each migration the link carries a tenth of what it did. The bound is that of the whole link.',
  },
  {
    name: '2-gbit',
    machine: { ...coreMachine, memoryMiB: 1024, link: '2Gbit' },
    workloads: few,
    contenders: some,
    note: `${twoCores}; copying 228 MiB/s takes a good part of the other.`,
  },
  {
    name: 'unshaped',
    machine: { ...coreMachine, memoryMiB: 1024, link: 'none' },
    workloads: ungauged,
    contenders: some,
    note:
      'B is what two cores copy beside the guest: there are no shares of it, and no bound but by the idle guest. Nobody states the rate of its link: ' +
      'when this was run 5 to 10 Gbit/s were taken for possible, since then 1 to 20.',
  },
  {
    name: '2-gib-800-mbit',
    machine: { ...coreMachine, memoryMiB: 2048, link: '800Mbit' },
    workloads: ['idle', 'mixed 0.9 × B', 'mixed 2 × B'],
    contenders: some,
    note: 'The demo, twice as large; a pass takes 22 s.',
  },
  {
    name: '4-gib-2-gbit',
    machine: { ...coreMachine, memoryMiB: 4096, link: '2Gbit' },
    workloads: ['idle', 'mixed 2 × B'],
    contenders: some,
    note: 'A write set of 1.3 GiB; its stop alone takes six seconds at that rate.',
  },
  {
    name: '8-gib-unshaped',
    machine: { ...coreMachine, memoryMiB: 8192, link: 'none', fill: false },
    workloads: ungauged,
    contenders: some,
    note:
      'Not filled: a large guest that is mostly empty, whose zero pages have to be foreseen and skipped. Filled, it would take ' +
      'minutes to start and to check, and both copies 16 of the 24 GiB of the machine.',
  },
]

/** Throws for a name that no row has. */
export function rowOf(name: string): Row {
  const found = rows.find((row) => row.name === name)
  if (found === undefined)
    throw new Error(`no row is called "${name}"; there are: ${rows.map((r) => r.name).join(', ')}`)
  return found
}

export const runsOf = ({ workloads, contenders: all }: Row): number => workloads.length * all.length

const ours = [landfallDefault, landfallNoPostCopy]
/** Those that end a run soon after its first pass, whatever the guest writes. */
const quick = [...ours, 'virsh --postcopy-after-precopy', 'virsh --timeout 12 --timeout-suspend']

/** Where the guest writes faster than the link, before a contender ends that does not know when to: 48 s in the core. */
const passesOfOthers = 6
/** A run has three seconds before it in which the guest's usual speed is taken. */
const aroundS = 3.4
/** The probe watches for as long as a pass takes, so long at most. */
const probeAtMostS = 8

/**
 * Roughly, from rows that were run on a quiet machine: a pass, one more for a guest that writes, and what is said above;
 * besides, each guest's memory is filled before its runs and read through after them.
 */
export function minutesOf(row: Row): number {
  const { machine } = row
  const passS = (machine.memoryMiB * 2 ** 20) / (linkBytesPerSecond(machine) ?? 400 * 2 ** 20)
  let seconds = 10
  for (const name of row.workloads) {
    const { does } = workloadOf({ workload: name })
    // One with phases is ended by anyone in a quiet one.
    const fast =
      does.kind === 'unlimited' ||
      does.kind === 'program' ||
      (does.kind === 'share' && does.ofLink > 1 && does.pattern !== 'phases')
    seconds += machine.fill ? machine.memoryMiB * 0.03 : 5
    for (const contender of row.contenders) {
      const passes = does.kind === 'idle' ? 1 : fast && !quick.includes(contender) ? passesOfOthers : 2
      const probeS = ours.includes(contender) ? Math.min(probeAtMostS, passS) : 0
      seconds += aroundS + probeS + passS * passes
    }
  }
  return Math.ceil(seconds / 60)
}
