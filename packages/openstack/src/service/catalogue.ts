import { OpenStackClientError } from '../errors.ts'
import type { CatalogueEntry } from '../identity/access.ts'
import type { EndpointInterface, ServiceType } from './service-type.ts'
import { typeNames } from './service-type.ts'

export interface EndpointWish {
  readonly type: ServiceType
  /** Best first. */
  readonly interfaces: readonly EndpointInterface[]
  /** Null: the first that is found. */
  readonly region: string | null
}

/** The address that a catalogue gives for a service. */
export function endpointIn(catalogue: readonly CatalogueEntry[], { type, interfaces, region }: EndpointWish): string {
  const services = typeNames[type].flatMap((name) => catalogue.filter((entry) => entry.type === name))
  const endpoints = services.flatMap((entry) => entry.endpoints)
  for (const wanted of interfaces)
    for (const endpoint of endpoints)
      if (endpoint.interface.replace(/URL$/, '') === wanted && (region === null || endpoint.region === region))
        return endpoint.url
  throw new OpenStackClientError('OPENSTACK_NO_ENDPOINT', notThere(catalogue, endpoints, { type, interfaces, region }))
}

function notThere(
  catalogue: readonly CatalogueEntry[],
  endpoints: CatalogueEntry['endpoints'],
  { type, interfaces, region }: EndpointWish,
): string {
  const wanted = `${interfaces.join(' or ')} endpoint${region === null ? '' : ` in region ${region}`}`
  if (endpoints.length > 0) {
    const has = endpoints.map((each) => `${each.interface} in ${each.region ?? 'no region'}`).join(', ')
    return `the catalogue has ${type}, but no ${wanted}; it has ${has}`
  }
  if (catalogue.length === 0) return `the token has no catalogue, so ${type} is nowhere; name a project to be scoped to`
  return `the catalogue has no ${type}; it has ${catalogue.map((entry) => entry.type).join(', ')}`
}
