import type { ChosenDestination, Drain, DrainChange, DrainClient, DrainRequest } from '../drain/drain.ts'
import type { PlanUpdate } from '../update.ts'

/** How a service is asked: what answers with JSON, and what tells something until it has a result. */
export interface HttpAsker {
  readonly json: <Result>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => Promise<Result>
  readonly told: <Result>(
    path: string,
    body: unknown,
    onUpdate: (update: PlanUpdate) => void,
    key?: string,
  ) => Promise<Result>
  /** What is done once, also where its answer gets lost. */
  readonly once: <Result>(ask: (key: string) => Promise<Result>) => Promise<Result>
}

const pathOf = (host: string): string => `/drains/${encodeURIComponent(host)}`

/** The drains of a service. */
export const httpDrains = ({ json, told, once }: HttpAsker): DrainClient => ({
  plan: (request: DrainRequest, onUpdate) => told('/drain-plans', request, onUpdate),
  start: (request: DrainRequest, onUpdate) => once((key) => told('/drains', request, onUpdate, key)),
  list: () => json<readonly Drain[]>('GET', '/drains'),
  of: (host) => json<Drain>('GET', pathOf(host)),
  change: (host, change: DrainChange) => json<Drain>('PATCH', pathOf(host), change),
  place: (guest) => json<ChosenDestination>('POST', '/placements', { guest }),
  rebalance: (request, onUpdate) => told('/rebalance-plans', request, onUpdate),
})
