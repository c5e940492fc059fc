import type { KeptMark } from '@landfall/api'
import type { Domain, DomainDescription } from '@landfall/libvirt'
import { AffectFlag, DomainXmlFlag, escapeAttribute, readDomainXml, Xml } from '@landfall/libvirt'

/** libvirt keeps one element for each namespace: the guest's own wishes have another. */
export const keptNamespace = 'https://landfall.dev/xmlns/kept/1'
const prefix = 'landfall-kept'

/** The mark that a definition on that host bears; null for none, and for one that came along from another host. */
function keptMarkIn({ metadata }: Pick<DomainDescription, 'metadata'>, host: string): KeptMark | null {
  const element = metadata.find(({ namespace }) => namespace === keptNamespace)
  if (element === undefined) return null
  const found = Xml.parse(element.xml, element.name)
  const [migration, from, to, at] = ['migration', 'from', 'to', 'at'].map((name) => found.attribute(name))
  if (migration === undefined || from !== host || to === undefined || at === undefined) return null
  return { migration, from, to, at, autostart: found.attribute('autostart') === 'yes' }
}

/** Of a domain that is not active; an active one is the guest itself, whatever is written on it. */
export async function keptMarkOf(domain: Domain, host: string): Promise<KeptMark | null> {
  return keptMarkIn(readDomainXml(await domain.getXMLDesc(DomainXmlFlag.INACTIVE)), host)
}

export async function writeKeptMark(domain: Domain, { migration, from, to, at, autostart }: KeptMark): Promise<void> {
  const attributes = { migration, from, to, at, autostart: autostart ? 'yes' : 'no' }
  const text = Object.entries(attributes).map(([name, value]) => `${name}='${escapeAttribute(value)}'`)
  // Without a namespace of its own: libvirt gives it the one that is named.
  const element = `<moved ${text.join(' ')}/>`
  await domain.setMetadata('element', element, { key: prefix, uri: keptNamespace }, AffectFlag.CONFIG)
}

export async function removeKeptMark(domain: Domain): Promise<void> {
  await domain.setMetadata('element', undefined, { uri: keptNamespace }, AffectFlag.CONFIG)
}
