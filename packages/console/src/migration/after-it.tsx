import type { MigrationReport } from '@landfall/api'
import { Notice } from '../parts/notice.tsx'
import { isNovasAlarm } from './nova/novas-alarm.ts'

/** What a migration has left to do or to know: what could not be put back, what its source still keeps, and what Nova says. */
export function AfterIt({ report }: { report: MigrationReport }) {
  const { notPutBack = [], keptOn, disksLeft = [], nova, id } = report
  return (
    <>
      {notPutBack.length > 0 && (
        <Notice tone="bad">
          <p>This was changed of the guest and could not be put back:</p>
          <ul>
            {notPutBack.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Notice>
      )}
      {nova !== undefined && isNovasAlarm(report) && (
        <Notice tone="bad">
          Nova does not tell the same: its record of the migration says {nova.status ?? 'nothing'}, the instance is{' '}
          {nova.state ?? 'in no known state'} on {nova.host ?? 'no known host'}. Here it {report.outcome}:{' '}
          {report.reason.message}. Look at both before the instance is touched.
        </Notice>
      )}
      {(keptOn !== undefined || disksLeft.length > 0 || nova !== undefined) && (
        <dl className="facts">
          {keptOn !== undefined && (
            <>
              <dt>definition kept</dt>
              <dd>
                on {keptOn}, until <code>landfall confirm {id}</code> or <code>landfall revert {id}</code>
              </dd>
            </>
          )}
          {disksLeft.map(({ host, target, path }) => (
            <div key={`${host} ${path}`} className="pair">
              <dt>disk left</dt>
              <dd>
                {target} on {host}: <span className="id">{path}</span>
              </dd>
            </div>
          ))}
          {nova !== undefined && (
            <>
              <dt>Nova</dt>
              <dd>
                migration {nova.migration}, {nova.status ?? 'state not known'}; instance {nova.state ?? 'not known'} on{' '}
                {nova.host ?? 'not known'}
              </dd>
              <dt>request</dt>
              <dd>
                {nova.requestId === null ? 'asked for by somebody else' : <span className="id">{nova.requestId}</span>}
              </dd>
            </>
          )}
        </dl>
      )}
    </>
  )
}
