import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { readFilter } from '../parts/filter.ts'
import { ErrorNotice } from '../parts/notice.tsx'
import { Search } from '../parts/search.tsx'
import { useTitle } from '../parts/use-title.ts'
import { instancesQuery, reportsQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { HistoryTable } from './history-table.tsx'
import { historyKeys, matchesReport } from './history-filter.ts'

export function MigrationsPage() {
  useTitle('Migrations')
  const { client } = useService()
  const { q = '', page = 1 } = useSearch({ from: '/migrations' })
  const instances = useQuery(instancesQuery(client))
  const reports = useQuery(reportsQuery(client))
  const filter = readFilter(q, historyKeys)
  const moving = instances.data?.instances.filter(({ migrating }) => migrating) ?? []
  const keys = historyKeys.map((key) => `${key}:`).join(' ')
  return (
    <>
      <div className="head">
        <h1>Migrations</h1>
        <Search
          value={q}
          label="Find migrations"
          hint={`words, or ${keys}`}
          problem={filter.unknown.length === 0 ? null : `Not known: ${filter.unknown.join(', ')}. There are ${keys}`}
        />
      </div>
      <section aria-labelledby="running">
        <h2 id="running">Under way</h2>
        {moving.length === 0 ? (
          <p className="dim">
            {instances.data === undefined ? 'Every host is asked …' : 'No guest is on its way.'}{' '}
            <Link to="/plan">Plan one</Link>
          </p>
        ) : (
          <ul className="plain">
            {moving.map(({ name, host, uuid }) => (
              <li key={uuid}>
                {name} is leaving {host}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="history">
        <h2 id="history">Ended</h2>
        {reports.data === undefined ? (
          reports.error === null ? (
            <p className="waiting" aria-busy="true">
              The reports are read …
            </p>
          ) : (
            <ErrorNotice error={reports.error} again={() => void reports.refetch()} />
          )
        ) : (
          <HistoryTable
            reports={reports.data.filter((report) => matchesReport(filter, report))}
            all={reports.data.length}
            page={page}
          />
        )}
      </section>
    </>
  )
}
