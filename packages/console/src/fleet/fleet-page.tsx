import type { HostStatus } from '@landfall/api'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { readFilter } from '../parts/filter.ts'
import { Loading } from '../parts/loading.tsx'
import { Search } from '../parts/search.tsx'
import { useTitle } from '../parts/use-title.ts'
import { drainsQuery, hostsQuery, instancesQuery } from '../service/queries.ts'
import { useLinks } from './use-links.ts'
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
  const drains = useQuery({ ...drainsQuery(client), refetchInterval: 5000 })
  const drained = new Map(
    (drains.data ?? []).flatMap((drain) => (drain.state.end === null ? [[drain.state.host, drain] as const] : [])),
  )
  const links = useLinks()
  const filter = readFilter(q, fleetKeys)
  return (
    <>
      <div className="head">
        <h1>Fleet</h1>
        <Search value={q} label="Find guests" keys={fleetKeys} unknown={filter.unknown} />
      </div>
      <section aria-labelledby="hosts">
        <h2 id="hosts">
          Hosts <Counted hosts={hosts.data} />
        </h2>
        {hosts.data === undefined ? (
          <Loading query={hosts} words="Every host is asked …" />
        ) : (
          <HostsTable
            hosts={hosts.data.filter((host) => matchesHost(filter, host, drained.get(host.name) ?? null))}
            all={hosts.data.length}
            drains={drained}
            links={links}
          />
        )}
      </section>
      <section aria-labelledby="guests">
        <h2 id="guests">
          Guests <span className="count">{instances.data?.instances.length}</span>
        </h2>
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

/** How many there are, and how many of them do not answer. */
function Counted({ hosts }: { hosts: readonly HostStatus[] | undefined }) {
  if (hosts === undefined) return null
  const silent = hosts.filter(({ reachable }) => !reachable).length
  return (
    <span className="count">
      {hosts.length}
      {silent > 0 && (
        <>
          , <span className="bad">{silent} silent</span>
        </>
      )}
    </span>
  )
}
