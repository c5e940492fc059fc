import { isUnharmed } from '@landfall/lab'
import { median } from '../../statistics.ts'
import { landfallDefault, landfallNoPostCopy } from '../contenders.ts'
import { distinctBytes, leastStopBytes, plateauBytes } from '../arithmetic.ts'
import type { Measured } from '../lost-work.ts'
import { lostSeconds } from '../lost-work.ts'
import { linkBytesPerSecond } from '../machine.ts'
import type { Run } from '../run/run.ts'
import { hasPhases, workloadOf, workloads, writeBytesPerSecond, writeModel } from '../workloads.ts'

/** One target of the bench, and what came out. */
export interface Target {
  readonly what: string
  readonly target: string
  readonly figure: string
  /** Null where no run tells. */
  readonly met: boolean | null
  /** The runs or workloads that miss it. */
  readonly misses: readonly string[]
}

const ours = [landfallDefault, landfallNoPostCopy]
const isOurs = (run: Run): boolean => ours.includes(run.contender)
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const seconds = (s: number): string => `${s.toFixed(1)} s`
const where = (run: Run): string => `${run.workload} · ${run.contender} · round ${run.round + 1}`

/** The value that a share of all lies at or below; null of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? null
}

const finished = (runs: readonly Run[]): readonly Run[] => runs.filter(({ outcome }) => outcome === 'completed')

/** What every bound is made of. Bytes, bytes per second, ms. */
export interface Basis {
  readonly link: number
  readonly firstPassBytes: number
  readonly overheadMs: number
}

/**
 * M, B and δ from what the bench saw: the migration of the idle guest is nothing else. A database's guest has other memory;
 * its M is what had gone over the wire at the end of pass 1. Null before the idle guest was moved.
 */
export function basis(workload: string, { machine, runs }: Measured): Basis | null {
  const idle = finished(runs).filter((run) => run.workload === 'idle' && run.bytesSent !== null)
  const idleBytes = median(idle.flatMap(({ bytesSent }) => bytesSent ?? []))
  const totalMs = median(idle.map(({ totalTimeMs }) => totalTimeMs))
  if (idleBytes === null || totalMs === null) return null
  // A link that is not shaped carries what it was seen to.
  const link =
    linkBytesPerSecond(machine) === null
      ? (idleBytes / totalMs) * 1000
      : median(runs.flatMap(({ foretold }) => foretold?.linkBytesPerSecond ?? []))
  if (link === null) return null
  const overheadMs = Math.max(0, totalMs - (idleBytes / link) * 1000)
  if (workloadOf({ workload }).does.kind !== 'database') return { link, firstPassBytes: idleBytes, overheadMs }
  const own = runs.filter((run) => run.workload === workload)
  const firstPassBytes = median(own.flatMap(({ foretold }) => foretold?.sentInPass1Bytes ?? []))
  return firstPassBytes === null ? null : { link, firstPassBytes, overheadMs }
}

/** R*; 0 for a guest that can be stopped in a quiet time. */
export function leastStop(workload: string, { machine, runs }: Measured, link: number): number {
  const task = workloadOf({ workload })
  if (hasPhases(task)) return 0
  const model = writeModel(task, machine)
  // As fast as it can is a figure, too: the one that was seen.
  const seen = median(runs.filter((run) => run.workload === workload).map((run) => run.baselinePagesPerSecond))
  const limited =
    task.does.kind === 'unlimited' && seen !== null
      ? { ...model, classes: model.classes.map((each) => ({ ...each, bytesPerSecond: seen * 4096 })) }
      : model
  return leastStopBytes(limited, link)
}

/** (M + R*) ÷ B + δ for a workload, ms; null before the idle guest was moved. */
export function lowerBoundMs(workload: string, measured: Measured): number | null {
  const known = basis(workload, measured)
  if (known === null) return null
  const stop = leastStop(workload, measured, known.link)
  return ((known.firstPassBytes + stop) / known.link) * 1000 + known.overheadMs
}

/** Whether it writes faster than the link, some of the time at least. */
function writesFaster(workload: string, { machine }: Measured, link: number): boolean {
  const task = workloadOf({ workload })
  if (task.does.kind === 'database') return leastStopBytes(writeModel(task, machine), link) > 0
  return (writeBytesPerSecond(task, machine) ?? Infinity) > link
}

/** The most that the bytes target allows: M + 1.2 R̂; of a guest with phases R̂ is that of its busy ones. */
export function mostBytes(workload: string, measured: Measured): number | null {
  const known = basis(workload, measured)
  if (known === null) return null
  const model = writeModel(workloadOf({ workload }), measured.machine)
  return known.firstPassBytes + 1.2 * plateauBytes(model, known.link)
}

/** What a pass leaves that begins with nothing dirty and copies all memory: R_1 = U(M ÷ B). */
export function leftByPass1(workload: string, measured: Measured): number | null {
  const known = basis(workload, measured)
  if (known === null) return null
  const model = writeModel(workloadOf({ workload }), measured.machine)
  return distinctBytes(model, known.firstPassBytes / known.link)
}

/** A contender's median over a workload's finished runs; null where it never finished one. */
export function medianOf(
  runs: readonly Run[],
  workload: string,
  contender: string,
  figure: (run: Run) => number | null,
): number | null {
  const own = finished(runs).filter((run) => run.workload === workload && run.contender === contender)
  return median(own.flatMap((run) => figure(run) ?? []))
}

const named = (runs: readonly Run[]): readonly string[] =>
  workloads.map(({ name }) => name).filter((name) => runs.some(({ workload }) => workload === name))
export const peersOf = (runs: readonly Run[]): readonly string[] => [
  ...new Set(runs.filter((run) => !isOurs(run)).map(({ contender }) => contender)),
]

/** The best peer's median over a workload; null where none finished. */
export function bestPeer(runs: readonly Run[], workload: string, figure: (run: Run) => number | null): number | null {
  const all = peersOf(runs).flatMap((peer) => medianOf(runs, workload, peer, figure) ?? [])
  return all.length === 0 ? null : Math.min(...all)
}

export function targets(measured: Measured): readonly Target[] {
  const { runs } = measured
  return [
    endsAsPlanned(runs),
    ...pauseLimits(runs),
    timeBound(measured),
    againstBestPeer(runs),
    lostAgainstBestPeer(measured),
    lostAgainstAutoConverge(measured),
    regret(measured),
    verdicts(runs),
    ...timePrediction(
      runs,
      'total time before the start',
      (run) => run.foretold?.totalTimeMs?.likely ?? null,
      0.07,
      0.2,
    ),
    ...timePrediction(runs, 'total time after pass 1', (run) => run.foretold?.totalAfterPass1Ms ?? null, 0.05, 0.12),
    downtimePrediction(runs),
    bytes(measured),
    probe(runs),
    unharmed(runs),
  ]
}

function endsAsPlanned(runs: readonly Run[]): Target {
  const own = runs.filter(isOurs)
  const misses = own.filter((run) => run.outcome !== (run.foretold?.verdict === 'refuse' ? 'refused' : 'completed'))
  return told('runs that end as planned', '100 %', own.length, percent(1 - misses.length / own.length), misses)
}

const pauseRatio = ({ downtimeMs, foretold }: Run): number => (downtimeMs ?? 0) / (foretold?.maxPauseMs ?? 1)

function pauseLimits(runs: readonly Run[]): readonly Target[] {
  const own = runs.filter((run) => isOurs(run) && run.downtimeMs !== null && run.foretold !== null)
  const all = own.map(pauseRatio)
  const p95 = percentile(all, 0.95) ?? 0
  const most = Math.max(0, ...all)
  const untold = finished(runs).filter((run) => isOurs(run) && run.downtimeMs === null).length
  const but = untold === 0 ? '' : ` (${untold} runs without a downtime)`
  return [
    {
      ...told('downtime ÷ pause limit, 95th percentile', '≤ 1.15', own.length, `${p95.toFixed(2)}${but}`, []),
      met: own.length === 0 ? null : p95 <= 1.15,
    },
    told(
      'downtime ÷ pause limit, at most',
      '≤ 1.5',
      own.length,
      most.toFixed(2),
      own.filter((run) => pauseRatio(run) > 1.5),
    ),
  ]
}

/** Names of the workloads for which `ratio` exceeds `most`, and the worst of all. */
function perWorkload(
  what: string,
  target: string,
  runs: readonly Run[],
  most: number,
  ratioOf: (workload: string) => number | null,
  chosen: readonly string[] = named(runs),
): Target {
  const ratios = chosen.flatMap((name) => {
    const ratio = ratioOf(name)
    return ratio === null ? [] : [{ name, ratio }]
  })
  const worst = Math.max(0, ...ratios.map(({ ratio }) => ratio))
  const over = ratios.filter(({ ratio }) => ratio > most)
  return {
    what,
    target,
    figure: ratios.length === 0 ? '-' : `worst ${worst.toFixed(2)}`,
    met: ratios.length === 0 ? null : over.length === 0,
    misses: over.map(({ name, ratio }) => `${name}: ${ratio.toFixed(2)}`),
  }
}

function timeBound(measured: Measured): Target {
  const { runs } = measured
  const fast = named(runs).filter((name) => {
    const known = basis(name, measured)
    return known !== null && writesFaster(name, measured, known.link)
  })
  return perWorkload(
    'default intent: total time ÷ lower bound, guests that write faster than the link',
    '≤ 1.3',
    runs,
    1.3,
    (name) => {
      const bound = lowerBoundMs(name, measured)
      const own = medianOf(runs, name, landfallDefault, (run) => run.totalTimeMs)
      return bound === null || own === null ? null : own / bound
    },
    fast,
  )
}

function againstBestPeer(runs: readonly Run[]): Target {
  return perWorkload('default intent: total time ÷ best peer', '≤ 1.05', runs, 1.05, (name) => {
    const best = bestPeer(runs, name, (run) => run.totalTimeMs)
    const own = medianOf(runs, name, landfallDefault, (run) => run.totalTimeMs)
    return best === null || own === null ? null : own / best
  })
}

/** Less than the counters' own interval of telling is no difference. */
const tellingS = 0.1

function lostAgainstBestPeer(measured: Measured): Target {
  const { runs } = measured
  const lost = (run: Run): number => lostSeconds(run, measured)
  return perWorkload('default intent: lost work ÷ best peer (100 ms are nothing)', '≤ 1', runs, 1, (name) => {
    const best = bestPeer(runs, name, lost)
    const own = medianOf(runs, name, landfallDefault, lost)
    return best === null || own === null ? null : Math.max(0, own - tellingS) / Math.max(best, tellingS)
  })
}

function lostAgainstAutoConverge(measured: Measured): Target {
  const { runs } = measured
  const lost = (run: Run): number => lostSeconds(run, measured)
  const ratios = named(runs).flatMap((name) => {
    const theirs = medianOf(runs, name, 'virsh --auto-converge', lost)
    const own = medianOf(runs, name, landfallDefault, lost)
    return theirs === null || own === null || theirs < tellingS ? [] : [own / theirs]
  })
  const middle = median(ratios)
  return {
    what: "default intent: lost work ÷ auto-converge's, median of the workloads",
    target: '≤ 0.5',
    figure: middle === null ? '-' : middle.toFixed(2),
    met: middle === null ? null : middle <= 0.5,
    misses: [],
  }
}

/** Lost work ÷ that of the best contender of all, ours included. */
function regret(measured: Measured): Target {
  const { runs } = measured
  const lost = (run: Run): number => lostSeconds(run, measured)
  const ratios = named(runs).flatMap((name) => {
    const own = medianOf(runs, name, landfallDefault, lost)
    const all = [...peersOf(runs), ...ours].flatMap((each) => medianOf(runs, name, each, lost) ?? [])
    if (own === null || all.length === 0) return []
    return [Math.max(own, tellingS) / Math.max(Math.min(...all), tellingS)]
  })
  const middle = median(ratios)
  return {
    what: 'default intent: regret, median of the workloads',
    target: '≤ 1.15',
    figure: middle === null ? '-' : middle.toFixed(2),
    met: middle === null ? null : middle <= 1.15,
    misses: [],
  }
}

/** A definite word beforehand (finishes, or refused) that turned out otherwise. */
function verdicts(runs: readonly Run[]): Target {
  const definite = runs.filter(
    ({ foretold }) => foretold !== null && (foretold.verdict === 'refuse' || foretold.finishes === 'yes'),
  )
  const wrong = definite.filter((run) => {
    if (run.foretold?.verdict === 'refuse') return run.outcome !== 'refused'
    return run.outcome !== 'completed' || otherWay(run)
  })
  const share = definite.length === 0 ? 0 : wrong.length / definite.length
  const unsure = runs.filter(({ foretold }) => foretold !== null).length - definite.length
  return {
    ...told(
      'verdict before the start wrong',
      '≤ 3 %',
      definite.length,
      `${percent(share)} of ${definite.length}; ${unsure} more were called uncertain`,
      wrong,
    ),
    met: definite.length === 0 ? null : share <= 0.03,
  }
}

/** It was to end by itself, and had to be ended: by post-copy, or by a pause beyond what QEMU's own limit comes to. */
const otherWay = ({ foretold, report, downtimeMs }: Run): boolean =>
  foretold?.reasonCode === 'ends-by-itself' && (report?.strategy === 'post-copy' || (downtimeMs ?? 0) > 2 * 300)

function timePrediction(
  runs: readonly Run[],
  what: string,
  foretold: (run: Run) => number | null,
  most: number,
  mostAt90: number,
): readonly Target[] {
  const own = finished(runs).filter((run) => foretold(run) !== null)
  const error = (run: Run): number => Math.abs((foretold(run) ?? 0) / run.totalTimeMs - 1)
  const errors = own.map(error)
  const middle = median(errors)
  const p90 = percentile(errors, 0.9)
  return [
    {
      what: `error of the ${what}, median`,
      target: `≤ ${percent(most)}`,
      figure: middle === null ? '-' : percent(middle),
      met: middle === null ? null : middle <= most,
      misses: [],
    },
    {
      what: `error of the ${what}, 90th percentile`,
      target: `≤ ${percent(mostAt90)}`,
      figure: p90 === null ? '-' : percent(p90),
      met: p90 === null ? null : p90 <= mostAt90,
      misses: own.filter((run) => error(run) > mostAt90).map((run) => `${where(run)}: ${percent(error(run))}`),
    },
  ]
}

const downtimeError = ({ foretold, downtimeMs }: Run): number =>
  Math.abs((foretold?.downtimeMs?.likely ?? 0) / (downtimeMs ?? 1) - 1)

function downtimePrediction(runs: readonly Run[]): Target {
  const own = finished(runs).filter(
    ({ foretold, downtimeMs }) =>
      foretold?.strategy === 'early-switchover' && foretold.downtimeMs !== null && downtimeMs !== null,
  )
  const errors = own.map(downtimeError)
  const middle = median(errors)
  return told(
    'error of the downtime predicted for an early switchover, each run',
    '≤ 20 %',
    own.length,
    `at most ${percent(Math.max(0, ...errors))}, median ${percent(middle ?? 0)}, of ${own.length}`,
    own.filter((run) => downtimeError(run) > 0.2),
  )
}

function bytes(measured: Measured): Target {
  const own = finished(measured.runs).filter((run) => isOurs(run) && run.bytesSent !== null)
  const ratio = (run: Run): number => (run.bytesSent ?? 0) / (mostBytes(run.workload, measured) ?? Infinity)
  const worst = Math.max(0, ...own.map(ratio))
  const least = Math.max(
    0,
    ...named(own).map((name) => {
      const known = basis(name, measured)
      return (
        ((known?.firstPassBytes ?? 0) + (leftByPass1(name, measured) ?? 0)) / (mostBytes(name, measured) ?? Infinity)
      )
    }),
  )
  return told(
    'bytes ÷ (M + 1.2 R̂)',
    '≤ 1',
    own.length,
    `worst ${worst.toFixed(2)}; whoever copies one whole pass live sends up to ${least.toFixed(2)}`,
    // To the hundredth: M itself differs by a thousandth from one run of the idle guest to the next.
    own.filter((run) => ratio(run) >= 1.005),
  )
}

function probe(runs: readonly Run[]): Target {
  const longest = Math.max(0, ...runs.map(({ foretold }) => foretold?.probeMs ?? 0))
  const own = runs.filter(({ foretold }) => foretold !== null)
  return told(
    'checks, probe and plan, at most',
    '≤ 10 s',
    own.length,
    seconds(longest / 1000),
    own.filter(({ foretold }) => (foretold?.probeMs ?? 0) > 10_000),
  )
}

function unharmed(runs: readonly Run[]): Target {
  const harmed = runs.filter(({ guest }) => !isUnharmed(guest))
  return told(
    'guests harmed (a wrong page, a reboot, a kernel message), all contenders',
    '0',
    runs.length,
    `${harmed.length} of ${runs.length}`,
    harmed,
  )
}

function told(what: string, target: string, of: number, figure: string, misses: readonly Run[]): Target {
  return {
    what,
    target,
    figure: of === 0 ? '-' : figure,
    met: of === 0 ? null : misses.length === 0,
    misses: misses.map(where),
  }
}
