import { calibrated, fewestExperiences, positionIn } from '@landfall/core'
import { median } from '../../statistics.ts'
import type { Measured } from '../lost-work.ts'
import { lostSeconds } from '../lost-work.ts'
import type { Predicted, Run } from '../run/run.ts'
import { finished, isOurs } from './compare.ts'

interface Bounds {
  readonly low: number
  readonly likely: number
  readonly high: number
}

/** Ranges of one figure that a strategy was predicted with, against what came. */
export interface Coverage {
  readonly strategy: string
  readonly figure: string
  readonly runs: number
  readonly within: number
  readonly below: number
  readonly above: number
  /** (high − low) ÷ actual, in the median: a range that holds everything tells nothing. */
  readonly width: number
  /** |likely ÷ actual − 1|, in the median. */
  readonly error: number
}

export interface Told {
  readonly strategy: string
  readonly figure: string
  readonly predicted: Bounds
  readonly actual: number
}

/** Per strategy and figure, in the order in which they are first met. Pure. */
export function coverageOf(told: readonly Told[]): readonly Coverage[] {
  const groups = Map.groupBy(told, ({ strategy, figure }) => `${strategy}\n${figure}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const below = group.filter(({ predicted, actual }) => actual < predicted.low).length
    const above = group.filter(({ predicted, actual }) => actual > predicted.high).length
    const known = group.filter(({ actual }) => actual > 0)
    return [
      {
        strategy: first.strategy,
        figure: first.figure,
        runs: group.length,
        within: group.length - below - above,
        below,
        above,
        width: median(known.map(({ predicted, actual }) => (predicted.high - predicted.low) / actual)) ?? 0,
        error: median(known.map(({ predicted, actual }) => Math.abs(predicted.likely / actual - 1))) ?? 0,
      },
    ]
  })
}

/** What the bench's own runs tell: of those that went the way that was planned. */
export function toldBy(measured: Measured): readonly Told[] {
  return finished(measured.runs)
    .filter(isOurs)
    .flatMap((run) => (run.predicted === null ? [] : toldByRun(run, run.predicted, measured)))
}

function toldByRun(run: Run, predicted: Predicted, measured: Measured): readonly Told[] {
  const { strategy } = predicted
  if (strategy === null) return []
  const figures: readonly [string, Bounds | null | undefined, number | null][] = [
    ['total time', predicted.totalTimeMs, run.totalTimeMs],
    ['downtime', predicted.downtimeMs, run.downtimeMs],
    ['lost work', predicted.lostWorkSeconds, lostSeconds(run, measured)],
  ]
  return figures.flatMap(([figure, range, actual]) =>
    range === null || range === undefined || actual === null ? [] : [{ strategy, figure, predicted: range, actual }],
  )
}

/** A move of `bench/moves`, as far as it is needed here. */
export interface RecordedMove {
  readonly way: string
  readonly report: {
    readonly outcome: string
    readonly totalTimeMs: number | null
    readonly downtimeMs: number | null
    readonly lostWorkSeconds: number | null
    readonly predicted: Pick<Predicted, 'totalTimeMs' | 'downtimeMs' | 'lostWorkSeconds'> | null
  }
}

export const toldByMoves = (moves: readonly RecordedMove[]): readonly Told[] =>
  moves
    .filter(({ report }) => report.outcome === 'completed')
    .flatMap(({ way: strategy, report }) => {
      const { predicted } = report
      const figures: readonly [string, Bounds | null | undefined, number | null][] = [
        ['total time', predicted?.totalTimeMs, report.totalTimeMs],
        ['downtime', predicted?.downtimeMs, report.downtimeMs],
        ['lost work', predicted?.lostWorkSeconds, report.lostWorkSeconds],
      ]
      return figures.flatMap(([figure, predictedRange, actual]) =>
        predictedRange === null || predictedRange === undefined || actual === null
          ? []
          : [{ strategy, figure, predicted: predictedRange, actual }],
      )
    })

/** As the newest of a history are asked. */
const newest = 40

/** The same with each range calibrated by those before it, in their order; those that have too few before them are left out. */
export function calibratedByEarlier(told: readonly Told[]): readonly Told[] {
  const before = new Map<string, number[]>()
  return told.flatMap((each) => {
    const key = `${each.strategy}\n${each.figure}`
    const seen = before.get(key) ?? []
    const predicted = calibrated(each.predicted, seen.slice(-newest))
    const position = positionIn(each.predicted, each.actual)
    before.set(key, position === null ? seen : [...seen, position])
    return seen.length < fewestExperiences ? [] : [{ ...each, predicted }]
  })
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

export function coverageTable(rows: readonly Coverage[]): string {
  return `| strategy | figure | runs | within the range | below | above | width ÷ actual | error of likely |
|---|---|---|---|---|---|---|---|
${rows
  .map(
    (row) =>
      `| ${row.strategy} | ${row.figure} | ${row.runs} | ${percent(row.within / row.runs)} | ${row.below} | ${row.above} | ${row.width.toFixed(2)} | ${percent(row.error)} |`,
  )
  .join('\n')}
`
}
