import { Xml } from '../xml/xml-element.ts'

/** What runs a guest's vCPUs, as far as its live XML tells. */
export interface LiveAccelerator {
  /** `kvm`, `qemu` (TCG), `test`, ... */
  readonly type: string
  /** `<kvm><dirty-ring state='on'/>` (libvirt 8.0) */
  readonly dirtyRing: boolean
}

/** Throws LIBVIRT_BAD_XML. */
export const readAccelerator = (domainXml: string): LiveAccelerator => acceleratorOf(Xml.parse(domainXml, 'domain'))

export const acceleratorOf = (domain: Xml): LiveAccelerator => ({
  type: domain.attribute('type') ?? 'unknown',
  dirtyRing: domain.find('features', 'kvm', 'dirty-ring')?.attribute('state') === 'on',
})
