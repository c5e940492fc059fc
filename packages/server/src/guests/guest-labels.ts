import type { Domain } from '@landfall/libvirt'
import { LibvirtError, Xml } from '@landfall/libvirt'

/** The namespace in a guest's libvirt metadata that is ours; libvirt keeps one element for each. */
export const guestNamespace = 'https://landfall.dev/xmlns/1'

/** `landfall:intent` → `intent`: the prefix is whatever who wrote it chose. */
export const localName = ({ name }: Xml): string => name.slice(name.indexOf(':') + 1)

/** The labels of a guest's metadata, alone; null where it is not written as it has to be. Pure. */
export function labelsIn(xml: string): Readonly<Record<string, string>> | null {
  // Whoever wrote it chose the prefix.
  const [, name = ''] = /<([^\s/>!?]+)/.exec(xml) ?? []
  const root = Xml.parse(xml, name)
  const labels: Record<string, string> = {}
  if (localName(root) !== 'guest') return labels
  for (const part of root.children()) {
    const { key, value = '' } = part.attributes
    if (localName(part) !== 'label') continue
    if (key === undefined || key === '') return null
    labels[key] = value
  }
  return labels
}

/** What libvirt has of it now; a guest without metadata of ours has none. */
export async function labelsOf(domain: Domain): Promise<Readonly<Record<string, string>> | null> {
  try {
    return labelsIn(await domain.getMetadata('element', guestNamespace))
  } catch (error) {
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_NO_DOMAIN_METADATA') return {}
    // That it went away meanwhile is told by what else is asked of it.
    return null
  }
}
