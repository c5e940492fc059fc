import type { HostStatus, Instance } from '@landfall/api'
import type { Filter } from '../parts/filter.ts'
import { matches } from '../parts/filter.ts'

export const fleetKeys = ['name', 'host', 'state', 'label', 'kept'] as const
export type FleetFilter = Filter<(typeof fleetKeys)[number]>

/** Whether a guest is looked for. */
export function matchesGuest(filter: FleetFilter, { name, host, uuid, ...guest }: Instance): boolean {
  const state = guest.migrating ? 'migrating' : guest.state
  const label = labelWords(guest.labels).join(' ')
  return matches(filter, { name, host, state, label, kept: guest.kept === null ? 'no' : 'yes' }, [name, host, uuid])
}

/** `tier=db`; none where they are not known. Pure. */
export const labelWords = (labels: Instance['labels']): readonly string[] =>
  Object.entries(labels ?? {}).map(([key, value]) => (value === '' ? key : `${key}=${value}`))

/** Whether a host is: by what is said of hosts; what is said of guests leaves it in. */
export function matchesHost({ terms, unknown }: FleetFilter, { name }: HostStatus): boolean {
  const ofHosts = terms.filter(({ key }) => key === 'host')
  return matches({ terms: ofHosts, unknown }, { name, host: name, state: '', label: '', kept: '' }, [name])
}
