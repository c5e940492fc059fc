import { infiniteQueryOptions, QueryCache, queryOptions, QueryClient } from '@tanstack/react-query'
import type { HttpClient, NovaUnderWay } from '@landfall/api'
import { isPassing } from '@landfall/api'

/** How old what a list shows may be: each asks every host. */
const listMs = 5000

/** @param onError told of every question that failed */
export const createQueries = (onError: (error: unknown) => void): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({ onError }),
    defaultOptions: {
      queries: {
        retry: (count, error) => isPassing(error) && count < 2,
        retryDelay: 500,
        staleTime: listMs / 2,
        refetchOnWindowFocus: true,
      },
    },
  })

export const hostsQuery = (client: HttpClient) =>
  queryOptions({ queryKey: ['hosts'], queryFn: () => client.hosts(), refetchInterval: listMs })

export const instancesQuery = (client: HttpClient) =>
  queryOptions({ queryKey: ['instances'], queryFn: () => client.instances(), refetchInterval: listMs })

/** What is under way has to be seen within a second: the next question, its answer for hundreds of them, and the drawing together. */
const underWayMs = 400

export const underWayQuery = (client: HttpClient) =>
  queryOptions({ queryKey: ['under-way'], queryFn: () => client.underWay(), refetchInterval: underWayMs })

/** That are read at a time, newest first. */
const reportsRead = 200

/** Whoever has read on sees what has ended since, too: so much more seldom that no more reports a second are read. Pure. */
export const reportsEveryMs = (pagesRead: number): number => listMs * Math.max(1, pagesRead)

export const reportsQuery = (client: HttpClient) =>
  infiniteQueryOptions({
    queryKey: ['reports'],
    queryFn: ({ pageParam }) =>
      client.reports({ limit: reportsRead, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    // Of the type of a cursor.
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => reportsEveryMs(state.data?.pages.length ?? 0),
  })

export const drainsQuery = (client: HttpClient) =>
  queryOptions({ queryKey: ['drains'], queryFn: () => client.drains.list(), refetchInterval: underWayMs })

export const drainQuery = (client: HttpClient, host: string) =>
  queryOptions({ queryKey: ['drain', host], queryFn: () => client.drains.of(host), refetchInterval: underWayMs })

/**
 * Nova is asked no more often than the service asks it; of a guest that is not Nova's more seldom, and still: so it is told, too, while
 * its host is silent, or is not known yet. Pure.
 */
export const novaEveryMs = (nova: NovaUnderWay | null | undefined): number => (nova === null ? 2 * listMs : listMs)

export const novaQuery = (client: HttpClient, id: string) =>
  queryOptions({
    queryKey: ['nova', id],
    queryFn: () => client.nova(id),
    refetchInterval: ({ state }) => novaEveryMs(state.data),
  })

export const intentQuery = (client: HttpClient, guest: string) =>
  queryOptions({ queryKey: ['intent', guest], queryFn: () => client.intentOf(guest, null), enabled: guest !== '' })
