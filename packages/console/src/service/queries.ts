import { LandfallError } from '@landfall/core'
import { queryOptions, QueryClient } from '@tanstack/react-query'
import type { HttpClient } from '@landfall/api'

/** How old what a list shows may be: each asks every host. */
const listMs = 5000

/** What passes by itself is asked again; what was answered is not. */
const passing = new Set(['server-unreachable', 'too-many-requests'])

export const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => error instanceof LandfallError && passing.has(error.code) && count < 2,
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

export const endedQuery = (client: HttpClient) =>
  queryOptions({ queryKey: ['ended'], queryFn: () => client.ended(), refetchInterval: listMs })

export const reportsQuery = (client: HttpClient) =>
  queryOptions({ queryKey: ['reports'], queryFn: () => client.reports() })

/** A report is written once. */
export const reportQuery = (client: HttpClient, id: string) =>
  queryOptions({ queryKey: ['report', id], queryFn: () => client.report(id), staleTime: Infinity })

export const intentQuery = (client: HttpClient, guest: string) =>
  queryOptions({ queryKey: ['intent', guest], queryFn: () => client.intentOf(guest, null), enabled: guest !== '' })
