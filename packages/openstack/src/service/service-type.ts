/** The services that this client speaks to, by their official type. */
export type ServiceType = 'compute' | 'placement' | 'network' | 'block-storage'
export const serviceTypes: readonly ServiceType[] = ['compute', 'placement', 'network', 'block-storage']

/** Under what a catalogue may list each, best first; keys of a configuration go by the same names. */
export const typeNames: Readonly<Record<ServiceType, readonly string[]>> = {
  compute: ['compute'],
  placement: ['placement'],
  network: ['network'],
  'block-storage': ['block-storage', 'volumev3', 'volumev2', 'volume', 'block-store'],
}

/** For whom an endpoint is. */
export type EndpointInterface = 'public' | 'internal' | 'admin'
export const isEndpointInterface = (text: string): text is EndpointInterface =>
  text === 'public' || text === 'internal' || text === 'admin'
