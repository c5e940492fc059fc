import type { ChosenDestination, Drain, DrainChange, DrainClient, DrainRequest } from '../drain/drain.ts'
import type { HttpTransport } from './http-transport.ts'

const pathOf = (host: string): string => `/drains/${encodeURIComponent(host)}`

/** The drains of a service. */
export const httpDrains = (service: HttpTransport): DrainClient => ({
  plan: (request: DrainRequest, onUpdate) => service.told('/drain-plans', request, onUpdate),
  start: (request: DrainRequest, onUpdate) => service.once((key) => service.told('/drains', request, onUpdate, key)),
  list: () => service.json<readonly Drain[]>('GET', '/drains'),
  of: (host) => service.json<Drain>('GET', pathOf(host)),
  change: (host, change: DrainChange) => service.json<Drain>('PATCH', pathOf(host), change),
  place: (guest) => service.json<ChosenDestination>('POST', '/placements', { guest }),
  rebalance: (request, onUpdate) => service.told('/rebalance-plans', request, onUpdate),
})
