import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { readFilter } from '../parts/filter.ts'
import { Loading } from '../parts/loading.tsx'
import { Search } from '../parts/search.tsx'
import { useTitle } from '../parts/use-title.ts'
import { hostsQuery, instancesQuery } from '../service/queries.ts'
import { useService } from '../service/service.tsx'
import { fleetKeys, matchesGuest, matchesHost } from './filter.ts'
import { GuestsTable } from './guests-table.tsx'
import { HostsTable } from './hosts-table.tsx'

export function FleetPage() {
  useTitle('Fleet')
  const { client } = useService()
  const { q = '', page = 1 } = useSearch({ from: '/' })
  const hosts = useQuery(hostsQuery(client))
  const instances = useQuery(instancesQuery(client))
  const filter = readFilter(q, fleetKeys)
  return (
    <>
      <div className="head">
        <h1>Fleet</h1>
        <Search value={q} label="Find guests" keys={fleetKeys} unknown={filter.unknown} />
      </div>
      <section aria-labelledby="hosts">
        <h2 id="hosts">Hosts</h2>
        {hosts.data === undefined ? (
          <Loading query={hosts} words="Every host is asked …" />
        ) : (
          <HostsTable hosts={hosts.data.filter((host) => matchesHost(filter, host))} all={hosts.data.length} />
        )}
      </section>
      <section aria-labelledby="guests">
        <h2 id="guests">Guests</h2>
        {instances.data === undefined ? (
          <Loading query={instances} words="Every host is asked …" />
        ) : (
          <GuestsTable
            guests={instances.data.instances.filter((guest) => matchesGuest(filter, guest))}
            all={instances.data.instances.length}
            silent={instances.data.silent}
            page={page}
          />
        )}
      </section>
    </>
  )
}
