import type { HostStatus, Instance } from '@landfall/api'
import type { Filter } from '../parts/filter.ts'
import { matches } from '../parts/filter.ts'

export const fleetKeys = ['name', 'host', 'state', 'kept'] as const
export type FleetFilter = Filter<(typeof fleetKeys)[number]>

/** Whether a guest is looked for. */
export function matchesGuest(filter: FleetFilter, { name, host, uuid, ...guest }: Instance): boolean {
  const state = guest.migrating ? 'migrating' : guest.state
  return matches(filter, { name, host, state, kept: guest.kept === null ? 'no' : 'yes' }, [name, host, uuid])
}

/** Whether a host is: by what is said of hosts; what is said of guests leaves it in. */
export function matchesHost({ terms, unknown }: FleetFilter, { name }: HostStatus): boolean {
  const ofHosts = terms.filter(({ key }) => key === 'host')
  return matches({ terms: ofHosts, unknown }, { name, host: name, state: '', kept: '' }, [name])
}
