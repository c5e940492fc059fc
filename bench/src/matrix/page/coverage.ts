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
