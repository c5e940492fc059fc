import type { MigrationReport } from '@landfall/api'
import { compare, durationRange, formatDuration, strategies } from '@landfall/core'
import type { Comparison } from '@landfall/core'
import { Link } from '@tanstack/react-router'
import { OutcomeWord } from '../parts/outcome.tsx'
import { onPage, Pages } from '../parts/pages.tsx'
import { Time } from '../parts/time.tsx'
import { Scroller } from '../parts/scroller.tsx'
import { ForecastError } from './forecast-error.tsx'

export interface HistoryTableProps {
  readonly reports: readonly MigrationReport[]
  readonly all: number
  readonly page: number
  /** Reads on; null where everything was read. */
  readonly older: { readonly read: () => void; readonly busy: boolean } | null
}

export function HistoryTable({ reports, all, page, older }: HistoryTableProps) {
  if (reports.length === 0)
    return (
      <div className="actions dim">
        {all === 0 ? 'None has ended yet.' : `None of ${all} that were read is what you look for.`}
        <Older older={older} />
      </div>
    )
  return (
    <>
      <ForecastError reports={reports} />
      <Scroller label="List of migrations that have ended">
        <table>
          <thead>
            <tr>
              <th scope="col">guest</th>
              <th scope="col">outcome</th>
              <th scope="col" className="mid">
                from → to
              </th>
              <th scope="col" className="wide">
                strategy
              </th>
              <th scope="col" className="figure">
                took
              </th>
              <th scope="col" className="figure mid">
                predicted
              </th>
              <th scope="col" className="figure mid">
                downtime
              </th>
              <th scope="col" className="figure wide">
                predicted
              </th>
              <th scope="col" className="wide">
                ended
              </th>
            </tr>
          </thead>
          <tbody>
            {onPage(reports, page).map((report) => (
              <Row key={report.id} report={report} />
            ))}
          </tbody>
        </table>
      </Scroller>
      <div className="actions">
        <Pages count={reports.length} all={all} page={page} what="migrations" />
        <Older older={older} />
      </div>
    </>
  )
}

const Older = ({ older }: Pick<HistoryTableProps, 'older'>) =>
  older === null ? null : (
    <button type="button" className="plain" aria-disabled={older.busy} onClick={older.read}>
      {older.busy ? 'Reading …' : 'Read older ones'}
    </button>
  )

function Row({ report }: { report: MigrationReport }) {
  const { outcome, totalTimeMs, downtimeMs, predicted } = report
  const compared = outcome === 'completed' || outcome === 'recovered' ? compare(predicted, report) : []
  const tone = (figure: Comparison['figure']): string => {
    const found = compared.find((each) => each.figure === figure)
    return found === undefined || found.withinRange ? '' : found.actual > found.predicted.high ? ' warn' : ' dim'
  }
  return (
    <tr className="reachable">
      <th scope="row">
        <Link to="/migrations/$id" params={{ id: report.id }} data-row>
          {report.guest}
        </Link>
      </th>
      <td>
        <OutcomeWord outcome={outcome} />
      </td>
      <td className="mid">
        {report.source} → {report.destination}
      </td>
      <td className="wide">{report.strategy === null ? '' : strategies[report.strategy].words}</td>
      <td className={`figure${tone('totalTimeMs')}`}>{totalTimeMs === null ? '' : formatDuration(totalTimeMs)}</td>
      <td className="figure mid dim">{durationRange(predicted?.totalTimeMs ?? null)}</td>
      <td className={`figure mid${tone('downtimeMs')}`}>{downtimeMs === null ? '' : formatDuration(downtimeMs)}</td>
      <td className="figure wide dim">{durationRange(predicted?.downtimeMs ?? null)}</td>
      <td className="wide">
        <Time at={Date.parse(report.endedAt)} />
      </td>
    </tr>
  )
}
