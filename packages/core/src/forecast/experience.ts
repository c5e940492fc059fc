import type { Range } from '../range.ts'
import { range as rangeOf } from '../range.ts'
import type { Forecast, Strategy } from './forecast.ts'

export const predictedFigures = ['totalTimeMs', 'downtimeMs', 'lostWorkSeconds'] as const
export type PredictedFigure = (typeof predictedFigures)[number]

/** Where an earlier migration came out within what the model had predicted of it. */
export interface Experience {
  readonly strategy: Strategy
  readonly figure: PredictedFigure
  /** −1 at the lower end of the range, 0 at its likely value, 1 at the upper end; beyond them outside. */
  readonly position: number
}

/** Fewer tell too little of how far figures stray. */
export const fewestExperiences = 10
/** The share of earlier migrations that a range leaves out at each of its ends. */
const leftOutAtEachEnd = 0.05

/** Null where the range has no width to that side. */
export function positionIn({ low, likely, high }: Range, actual: number): number | null {
  const width = actual >= likely ? high - likely : likely - low
  if (actual === likely) return 0
  return width > 0 ? (actual - likely) / width : null
}

const at = ({ low, likely, high }: Range, position: number): number =>
  Math.max(0, likely + position * (position >= 0 ? high - likely : likely - low))

/**
 * The model's range as earlier migrations came out in theirs: its ends are drawn in or out to where nine in ten of those came, with
 * some room that grows smaller with their number. A range that is wide for its own reasons (a link that nobody stated) stays wide
 * beside others. Few of them leave it as it is.
 */
export function calibrated(model: Range, positions: readonly number[]): Range {
  const count = positions.length
  if (count < fewestExperiences) return model
  const sorted = positions.toSorted((a, b) => a - b)
  const rank = (share: number): number =>
    sorted[Math.min(count - 1, Math.max(0, Math.round(share * (count + 1)) - 1))] ?? 0
  const [low, likely, high] = [rank(leftOutAtEachEnd), rank(0.5), rank(1 - leftOutAtEachEnd)]
  const room = Math.max(0.02, (high - low) / count)
  return rangeOf(at(model, low - room), at(model, likely), at(model, high + room))
}

/** One pause has the length that was stated, by which it is permitted: what it takes is not corrected afterwards. */
const isStated = (strategy: Strategy, figure: PredictedFigure): boolean =>
  strategy === 'early-switchover' && figure === 'downtimeMs'

/** The forecast with its ranges calibrated, and the model's own kept beside them, by which the next ones learn. */
export function withExperience(forecast: Forecast, experience: readonly Experience[]): Forecast {
  const { strategy, totalTimeMs, downtimeMs, lostWorkSeconds } = forecast
  const model = { totalTimeMs, downtimeMs, lostWorkSeconds }
  const of = (figure: PredictedFigure): Range | null => {
    const range = model[figure]
    if (range === null || isStated(strategy, figure)) return range
    return calibrated(range, positionsOf(experience, strategy, figure))
  }
  const ranges = {
    totalTimeMs: of('totalTimeMs'),
    downtimeMs: of('downtimeMs'),
    lostWorkSeconds: of('lostWorkSeconds'),
  }
  const isChanged = predictedFigures.some((figure) => ranges[figure] !== model[figure])
  return isChanged ? { ...forecast, ...ranges, model } : forecast
}

export const positionsOf = (
  experience: readonly Experience[],
  strategy: Strategy,
  figure: PredictedFigure,
): readonly number[] =>
  experience.filter((each) => each.strategy === strategy && each.figure === figure).map(({ position }) => position)

/** What a migration that went as planned adds to it. */
export function experienceOf(
  forecast: Forecast,
  actual: { readonly [Figure in PredictedFigure]: number | null },
): readonly Experience[] {
  const model = forecast.model ?? forecast
  return predictedFigures.flatMap((figure) => {
    const [range, came] = [model[figure], actual[figure]]
    const position = range === null || came === null ? null : positionIn(range, came)
    return position === null ? [] : [{ strategy: forecast.strategy, figure, position }]
  })
}
