import type { Caller, Scope } from '@landfall/api'
import { HttpClient, permits } from '@landfall/api'
import { createContext, use } from 'react'
import type { ReactNode } from 'react'
import type { Connection } from './connection.ts'

/** What every page asks, and who it asks as. */
export interface Service {
  readonly client: HttpClient
  readonly connection: Connection
  readonly caller: Caller
  readonly signOut: (why: string | null) => void
}

const Context = createContext<Service | null>(null)

export const ServiceProvider = ({ service, children }: { service: Service; children: ReactNode }) => (
  <Context value={service}>{children}</Context>
)

export function useService(): Service {
  const service = use(Context)
  if (service === null) throw new Error('a page is shown without a service')
  return service
}

/** @param token null for whoever has signed in at an issuer: the browser's cookie says who that is */
export const clientFor = (token: string | null, connection: Connection): HttpClient =>
  new HttpClient({ url: location.origin, token, fetch: connection.fetch })

/** Why who is signed in may not do what needs that scope; null where it may. */
export function useDenied(needed: Scope): string | null {
  const { caller } = useService()
  return permits(caller.scope, needed)
    ? null
    : `"${caller.name}" may ${caller.scope}, and not ${needed}: an administrator says who may.`
}
