import type { DomainDescription } from '@landfall/libvirt'
import { LibvirtClientError, Xml } from '@landfall/libvirt'

/**
 * A domain that has a guest's network volumes and nothing else of it: started paused on another host, its QEMU opens each
 * of them, for reading only, and runs nothing. Null for a guest without any.
 *
 * Files and devices of a host are left out: opening them lets libvirt change their owner or label, under the guest that
 * is using them.
 *
 * @param definitionXml the guest's own `<domain>`
 */
export function volumeProbeXml(
  definitionXml: string,
  { type, arch, machine, emulator }: Pick<DomainDescription, 'type' | 'arch' | 'machine' | 'emulator'>,
  name: string,
): string | null {
  const disks = Xml.parse(definitionXml, 'domain').find('devices')?.children('disk') ?? []
  const probed = disks.flatMap((disk, index) => {
    const source = disk.find('source')
    if (disk.attribute('type') !== 'network' || source === undefined) return []
    const format = disk.find('driver')?.attribute('type') ?? 'raw'
    // libvirt takes `shareable` for raw volumes only.
    const shared = format === 'raw' ? '<shareable/>' : ''
    return [
      `<disk type='network' device='disk'><driver name='qemu' type='${plain(format)}'/>${source.source}` +
        `<target dev='${diskName(index)}' bus='virtio'/><readonly/>${shared}</disk>`,
    ]
  })
  if (probed.length === 0) return null
  return `<domain type='${plain(type)}'><name>${plain(name)}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type${attribute('arch', arch)}${attribute('machine', machine)}>hvm</type></os>
<devices>${emulator === undefined ? '' : `<emulator>${emulator}</emulator>`}<controller type='usb' model='none'/>
${probed.join('\n')}
<video><model type='none'/></video><memballoon model='none'/></devices></domain>`
}

/** vda ... vdz, vdaa ... */
function diskName(index: number): string {
  return `vd${index < 26 ? '' : letter(Math.floor(index / 26) - 1)}${letter(index % 26)}`
}

const letter = (at: number): string => String.fromCodePoint(97 + at)

const attribute = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}='${plain(value)}'`

/** Words of libvirt's own that need no escaping; anything else is nothing that it wrote. */
function plain(word: string): string {
  if (/^[\w.+-]+$/.test(word)) return word
  throw new LibvirtClientError('LIBVIRT_BAD_XML', `"${word}" is no word of a domain's definition`)
}
