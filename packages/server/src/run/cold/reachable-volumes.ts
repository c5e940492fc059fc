import { randomUUID } from 'node:crypto'
import type { Disk, Domain } from '@landfall/libvirt'
import { CreateFlag, DomainXmlFlag, LibvirtError, readDomainXml } from '@landfall/libvirt'
import { serverError } from '../../errors.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import { volumeProbeXml } from './volume-probe.ts'

/** Kinds that libvirt itself can open on the host, where a definition names them. */
const onTheHost = new Set(['file', 'block'])

/**
 * Lets the destination open the guest's network volumes, read-only, before the guest is shut down for it: by a QEMU that
 * runs nothing and ends with our connection, whatever becomes of us.
 *
 * @throws LandfallError `preflight` with QEMU's own words when it cannot
 */
export async function assertVolumesReached(domain: Domain, destination: HostSession): Promise<void> {
  const xml = await domain.getXMLDesc(DomainXmlFlag.INACTIVE | DomainXmlFlag.SECURE)
  const description = readDomainXml(xml)
  const probeXml = volumeProbeXml(xml, description, `landfall-probe-${randomUUID().slice(0, 8)}`)
  if (probeXml === null) return
  const there = await destination.connection()
  try {
    const probe = await there.domainCreateXML(probeXml, CreateFlag.PAUSED | CreateFlag.AUTODESTROY)
    await probe.destroy()
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error
    const named = description.disks
      .filter(({ sourceKind }) => sourceKind === 'network')
      .map(({ target, protocol, sourceName }) => `${target} (${protocol ?? 'network'}:${sourceName ?? ''})`)
    throw serverError(
      'preflight',
      `${destination.host.name} cannot open the volumes of ${domain.name}, ${named.join(', ')}: ${oneLine(error)}`,
      `Make them reachable from ${destination.host.name}, then try again; ${domain.name} runs on as before`,
      error,
    )
  }
}

/**
 * Before the guest is started from a definition that lies on the destination already: whether its files and devices are
 * there. Network volumes are opened by the guest's QEMU, which does not start without them.
 *
 * @returns why not; null when they are
 */
export async function missingVolume(defined: Domain, host: string): Promise<string | null> {
  const { disks } = readDomainXml(await defined.getXMLDesc(DomainXmlFlag.INACTIVE))
  for (const disk of disks.filter(({ sourceKind }) => onTheHost.has(sourceKind))) {
    const problem = await problemWith(defined, disk)
    if (problem !== null) return `${host} does not reach ${disk.target} (${disk.path ?? ''}): ${problem}`
  }
  return null
}

async function problemWith(defined: Domain, { target }: Disk): Promise<string | null> {
  try {
    await defined.getBlockInfo(target)
    return null
  } catch (error) {
    if (error instanceof LibvirtError) return oneLine(error)
    throw error
  }
}

/** QEMU's own last words where libvirt passes its whole command line on. */
const oneLine = (error: Error): string =>
  (error.message.split('\n', 1)[0] ?? '').replace(/^.*qemu-system-\S+: (-blockdev \{.*\}: )?/, '')
