import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { readFilter } from '../parts/filter.ts'
import { Loading } from '../parts/loading.tsx'
import { Search } from '../parts/search.tsx'
import { useTitle } from '../parts/use-title.ts'
import { instancesQuery, reportsQuery, underWayQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { asksForLabels, labelsOf, matchesReport, matchesUnderWay, migrationKeys } from './filter.ts'
import { HistoryTable } from './history-table.tsx'
import { UnderWayTable } from './under-way-table.tsx'

export function MigrationsPage() {
  useTitle('Migrations')
  const { client } = useService()
  const { q = '', page = 1 } = useSearch({ from: '/migrations' })
  const underWay = useQuery(underWayQuery(client))
  const reports = useInfiniteQuery(reportsQuery(client))
  const filter = readFilter(q, migrationKeys)
  const needsLabels = asksForLabels(filter)
  const instances = useQuery({ ...instancesQuery(client), enabled: needsLabels })
  const labels = useMemo(() => labelsOf(instances.data?.instances ?? []), [instances.data])
  const labelsMissing = needsLabels && instances.data === undefined
  const ended = reports.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <>
      <div className="head">
        <h1>Migrations</h1>
        <Search value={q} label="Find migrations" keys={migrationKeys} unknown={filter.unknown} />
      </div>
      <section aria-labelledby="under-way">
        <h2 id="under-way">Under way</h2>
        {underWay.data === undefined ? (
          <Loading query={underWay} words="The service is asked …" />
        ) : labelsMissing ? (
          <Loading query={instances} words="Every host is asked for its guests' labels …" />
        ) : (
          <UnderWayTable
            migrations={underWay.data.filter((migration) => matchesUnderWay(filter, migration, labels))}
            all={underWay.data.length}
          />
        )}
      </section>
      <section aria-labelledby="ended">
        <h2 id="ended">Ended</h2>
        {reports.data === undefined ? (
          <Loading query={reports} words="The reports are read …" />
        ) : labelsMissing ? null : (
          <HistoryTable
            reports={ended.filter((report) => matchesReport(filter, report, labels))}
            all={ended.length}
            page={page}
            older={
              reports.hasNextPage
                ? { read: () => void reports.fetchNextPage(), busy: reports.isFetchingNextPage }
                : null
            }
          />
        )}
      </section>
    </>
  )
}
