import type { MigrationReport } from '@landfall/api'
import { useSyncExternalStore } from 'react'
import { dayIn } from '../parts/time.tsx'
import { onZone, zone } from '../service/zone.ts'
import { accuracyByDay } from './by-day.ts'

const mostDays = 14

/** The error of the forecasts over time. */
export function ErrorByDay({ reports }: { reports: readonly MigrationReport[] }) {
  const shown = useSyncExternalStore(onZone, zone)
  const days = accuracyByDay(reports, (at) => dayIn(shown, at)).slice(0, mostDays)
  if (days.length < 2) return null
  return (
    <details>
      <summary>Day by day</summary>
      <table className="narrow">
        <thead>
          <tr>
            <th scope="col">day</th>
            <th scope="col" className="figure">
              total time within its range
            </th>
            <th scope="col" className="figure">
              median error
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ at, total: { within, compared, medianError } }) => (
            <tr key={at}>
              <th scope="row">{dayIn(shown, at)}</th>
              <td className={`figure ${within / compared < 0.9 ? 'warn' : ''}`}>
                {within} of {compared}
              </td>
              <td className="figure">{medianError === null ? 'not known' : `${Math.round(medianError * 100)} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
