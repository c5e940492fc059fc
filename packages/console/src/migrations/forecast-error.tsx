import type { MigrationReport } from '@landfall/api'
import { accuracyOf } from './accuracy.ts'
import { ErrorByDay } from './error-by-day.tsx'

const names = { totalTimeMs: 'total time', downtimeMs: 'downtime', lostWorkSeconds: 'lost work' } as const

/** How good the forecasts of these migrations were, in one line: a range has to hold nine runs of ten. */
export function ForecastError({ reports }: { reports: readonly MigrationReport[] }) {
  const told = accuracyOf(reports).filter(({ compared }) => compared > 0)
  if (told.length === 0) return null
  return (
    <div className="dim">
      Came within the predicted range:{' '}
      {told.map(({ figure, within, compared, medianError }, index) => (
        <span key={figure}>
          {index === 0 ? '' : ' · '}
          {names[figure]} <span className={within / compared < 0.9 ? 'warn' : 'good'}>{within}</span> of {compared}
          {medianError === null ? '' : `, median error ${Math.round(medianError * 100)} %`}
        </span>
      ))}
      <ErrorByDay reports={reports} />
    </div>
  )
}
