import { LibvirtClientError } from '../errors.ts'
import type { Xml } from './xml-element.ts'

// libvirt's memory units (formatdomain: memory); KiB when none is named.
const unitBytes: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  KB: 1000,
  k: 1024,
  KiB: 1024,
  MB: 1_000_000,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1_000_000_000,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
  TB: 1_000_000_000_000,
  T: 1024 ** 4,
  TiB: 1024 ** 4,
}

/** Bytes of an element such as `<memory unit='KiB'>1048576</memory>`. Throws LIBVIRT_BAD_XML. */
export const memorySizeBytes = (element: Xml): number => {
  const bytes = Number(element.text) * (unitBytes[element.attribute('unit') ?? 'KiB'] ?? Number.NaN)
  if (element.text === '' || !Number.isSafeInteger(bytes) || bytes < 0) {
    throw new LibvirtClientError('LIBVIRT_BAD_XML', `not an amount of memory: ${element.source}`)
  }
  return bytes
}
