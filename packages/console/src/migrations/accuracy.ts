import type { MigrationReport } from '@landfall/api'
import { compare } from '@landfall/core'
import type { Comparison } from '@landfall/core'

export interface Accuracy {
  readonly figure: Comparison['figure']
  /** That had a forecast and an actual figure. */
  readonly compared: number
  readonly within: number
  /** The median of |likely − actual| ÷ actual; null where nothing could be divided. */
  readonly medianError: number | null
}

const figures = ['totalTimeMs', 'downtimeMs', 'lostWorkSeconds'] as const

/** How often migrations that landed came within their predicted ranges, and how far off the likely figures were. */
export function accuracyOf(
  reports: readonly Pick<MigrationReport, 'outcome' | 'predicted' | Comparison['figure']>[],
): Accuracy[] {
  const compared = reports
    .filter(({ outcome }) => outcome === 'completed' || outcome === 'recovered')
    .flatMap((report) => compare(report.predicted, report))
  return figures.map((figure) => {
    const of = compared.filter((each) => each.figure === figure)
    const errors = of
      .map(({ relativeError }) => Math.abs(relativeError))
      .filter(Number.isFinite)
      .toSorted((a, b) => a - b)
    const medianError = errors[Math.floor((errors.length - 1) / 2)] ?? null
    return { figure, compared: of.length, within: of.filter(({ withinRange }) => withinRange).length, medianError }
  })
}
