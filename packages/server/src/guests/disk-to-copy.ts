import type { DiskToCopy } from '@landfall/api'
/** What a journal says of a file on the destination: asked for, and perhaps made, or surely made. */
export interface MadeDisk {
  readonly path: string
  readonly certain: boolean
}

/** The document that libvirt makes a volume from. Sparse: what is not written takes no room. */
export function volumeXml({ volume, capacityBytes, format }: DiskToCopy): string {
  const compat = format === 'qcow2' ? '<compat>1.1</compat>' : ''
  return `<volume><name>${escape(volume)}</name><capacity unit='bytes'>${capacityBytes}</capacity><allocation unit='bytes'>0</allocation><target><format type='${format}'/>${compat}</target></volume>`
}

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
