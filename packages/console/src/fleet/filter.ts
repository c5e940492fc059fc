import type { Drain, HostStatus, Instance } from '@landfall/api'
import type { Filter } from '../parts/filter.ts'
import { matches } from '../parts/filter.ts'

export const fleetKeys = ['name', 'host', 'state', 'label', 'kept'] as const
export type FleetFilter = Filter<(typeof fleetKeys)[number]>

/** What `state:` finds of hosts, as a whole word; any other is one of a guest. */
const hostStates = ['answers', 'silent', 'drain'] as const
const isOfHost = ({ key, value }: FleetFilter['terms'][number]): boolean =>
  key === 'state' && hostStates.some((state) => state === value)

/** Whether a guest is looked for. */
export function matchesGuest(filter: FleetFilter, { name, host, uuid, ...guest }: Instance): boolean {
  const state = guest.migrating ? 'migrating' : guest.state
  const label = labelWords(guest.labels).join(' ')
  // What is said of hosts leaves guests in.
  const ofGuests = { ...filter, terms: filter.terms.filter((term) => !isOfHost(term)) }
  return matches(ofGuests, { name, host, state, label, kept: guest.kept === null ? 'no' : 'yes' }, [name, host, uuid])
}

/** `tier=db`; none where they are not known. Pure. */
export const labelWords = (labels: Instance['labels']): readonly string[] =>
  Object.entries(labels ?? {}).map(([key, value]) => (value === '' ? key : `${key}=${value}`))

/** Whether a host is: by what is said of hosts; what is said of guests leaves it in. */
export function matchesHost(
  { terms, unknown }: FleetFilter,
  { name, reachable }: HostStatus,
  drain: Drain | null,
): boolean {
  const ofHosts = terms.filter((term) => term.key === 'host' || isOfHost(term))
  const state = !reachable ? 'silent' : drain === null ? 'answers' : 'drain'
  return matches({ terms: ofHosts, unknown }, { name, host: name, state, label: '', kept: '' }, [name])
}
