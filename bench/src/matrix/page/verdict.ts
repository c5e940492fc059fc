import { isUnharmed } from '@landfall/lab'
import { median, percentile } from '../../statistics.ts'
import { landfallDefault } from '../contenders.ts'
import type { Measured } from '../lost-work.ts'
import { lostSeconds } from '../lost-work.ts'
import type { Run } from '../run/run.ts'
import { basis, leftByPass1, lowerBoundMs, mostBytes, writesFaster } from './bounds.ts'
import { bestPeer, finished, isOurs, medianOf, named, ours, peersOf } from './compare.ts'

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

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const seconds = (s: number): string => `${s.toFixed(1)} s`
const where = (run: Run): string => `${run.workload} · ${run.contender} · round ${run.round + 1}`

export function targets(measured: Measured): readonly Target[] {
  const { runs } = measured
  return [
    endsAsPlanned(runs),
    ...pauseLimits(runs),
    ...timeBound(measured),
    againstBestPeer(runs),
    lostAgainstBestPeer(measured),
    lostAgainstAutoConverge(measured),
    regret(measured),
    verdicts(runs),
    ...timePrediction(
      runs,
      'total time before the start',
      (run) => run.predicted?.totalTimeMs?.likely ?? null,
      0.05,
      0.12,
    ),
    ...timePrediction(runs, 'total time after pass 1', (run) => run.predicted?.totalAfterPass1Ms ?? null, 0.05, 0.12),
    downtimePrediction(runs),
    bytes(measured),
    probe(runs),
    unharmed(runs),
  ]
}

function endsAsPlanned(runs: readonly Run[]): Target {
  const own = runs.filter(isOurs)
  const misses = own.filter((run) => run.outcome !== (run.predicted?.verdict === 'refuse' ? 'refused' : 'completed'))
  return told('runs that end as planned', '100 %', own.length, percent(1 - misses.length / own.length), misses)
}

const pauseRatio = ({ downtimeMs, predicted }: Run): number => (downtimeMs ?? 0) / (predicted?.maxPauseMs ?? 1)

function pauseLimits(runs: readonly Run[]): readonly Target[] {
  const own = runs.filter((run) => isOurs(run) && run.downtimeMs !== null && run.predicted !== null)
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

/** Of guests that write faster than the link: in the median of the workloads, and each. */
function timeBound(measured: Measured): readonly Target[] {
  const { runs } = measured
  const fast = named(runs).filter((name) => {
    const known = basis(name, measured)
    return known !== null && writesFaster(name, measured, known.link)
  })
  const ratioOf = (name: string): number | null => {
    const bound = lowerBoundMs(name, measured)
    const own = medianOf(runs, name, landfallDefault, (run) => run.totalTimeMs)
    return bound === null || own === null ? null : own / bound
  }
  const what = 'default intent: total time ÷ lower bound, guests that write faster than the link'
  const ratios = fast.flatMap((name) => ratioOf(name) ?? [])
  return [inTheMiddle(`${what}, median`, ratios, 1.2), perWorkload(what, '≤ 1.3', runs, 1.3, ratioOf, fast)]
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
  return inTheMiddle("default intent: lost work ÷ auto-converge's, median of the workloads", ratios, 0.25)
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
  return inTheMiddle('default intent: regret, median of the workloads', ratios, 1.15)
}

/** A definite word beforehand (how it finishes, or refused) that turned out otherwise. What passes are to decide is none. */
function verdicts(runs: readonly Run[]): Target {
  const definite = runs.filter(
    ({ predicted }) =>
      predicted !== null &&
      (predicted.verdict === 'refuse' ||
        (predicted.finishes === 'yes' && predicted.reasonCode !== 'decide-from-passes')),
  )
  const wrong = definite.filter((run) => {
    if (run.predicted?.verdict === 'refuse') return run.outcome !== 'refused'
    return run.outcome !== 'completed' || otherWay(run)
  })
  const share = definite.length === 0 ? 0 : wrong.length / definite.length
  const unsure = runs.filter(({ predicted }) => predicted !== null).length - definite.length
  return {
    ...told(
      'verdict before the start wrong',
      '≤ 3 %',
      definite.length,
      `${percent(share)} of ${definite.length}; ${unsure} more were left to their passes`,
      wrong,
    ),
    met: definite.length === 0 ? null : share <= 0.03,
  }
}

/** It was to end by itself, and had to be ended: by post-copy, or by a pause beyond what QEMU's own limit comes to. */
const otherWay = ({ predicted, report, downtimeMs }: Run): boolean =>
  predicted?.reasonCode === 'ends-by-itself' && (report?.strategy === 'post-copy' || (downtimeMs ?? 0) > 2 * 300)

function timePrediction(
  runs: readonly Run[],
  what: string,
  predicted: (run: Run) => number | null,
  most: number,
  mostAt90: number,
): readonly Target[] {
  const own = finished(runs).filter((run) => predicted(run) !== null)
  const error = (run: Run): number => Math.abs((predicted(run) ?? 0) / run.totalTimeMs - 1)
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

const downtimeError = ({ predicted, downtimeMs }: Run): number =>
  Math.abs((predicted?.downtimeMs?.likely ?? 0) / (downtimeMs ?? 1) - 1)

function downtimePrediction(runs: readonly Run[]): Target {
  const own = finished(runs).filter(
    ({ predicted, downtimeMs }) =>
      predicted?.strategy === 'early-switchover' && predicted.downtimeMs !== null && downtimeMs !== null,
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
  const longest = Math.max(0, ...runs.map(({ predicted }) => predicted?.probeMs ?? 0))
  const own = runs.filter(({ predicted }) => predicted !== null)
  return told(
    'checks, probe and plan, at most',
    '≤ 10 s',
    own.length,
    seconds(longest / 1000),
    own.filter(({ predicted }) => (predicted?.probeMs ?? 0) > 10_000),
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

function inTheMiddle(what: string, ratios: readonly number[], most: number): Target {
  const middle = median(ratios)
  return {
    what,
    target: `≤ ${most}`,
    figure: middle === null ? '-' : middle.toFixed(2),
    met: middle === null ? null : middle <= most,
    misses: [],
  }
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
