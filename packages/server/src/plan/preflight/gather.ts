import type { KeptMark } from '@landfall/api'
import type { Connection, Disk, Domain, DomainDescription } from '@landfall/libvirt'
import {
  DomainXmlFlag,
  isNoDomain,
  LibvirtClientError,
  LibvirtError,
  MigrateFlag,
  readCapabilities,
  readDomainXml,
} from '@landfall/libvirt'
import type { HostSession } from '../../hosts/host-session.ts'
import { findLocalDisks } from '../disks/find-local-disks.ts'
import { localDiskFacts } from '../disks/local-disk-facts.ts'
import { availableBytes } from '../../hosts/host-status.ts'
import { keptMarkOf } from '../../guests/kept-mark.ts'
import { isNovas } from '../../guests/novas-instance.ts'
import type { CpuVerdict, DiskFacts, PreflightFacts } from './preflight-facts.ts'
import type { DryRunVerdict } from '../disks/find-local-disks.ts'

export interface Gathered {
  readonly facts: PreflightFacts
  readonly description: DomainDescription
}

/**
 * Asks both hosts everything that the checks look at. Changes nothing and starts nothing.
 *
 * @param revertOf the kept definition that the guest is to go back to; null for a migration like any other
 */
export async function gather(
  domain: Domain,
  source: HostSession,
  destination: HostSession,
  revertOf: KeptMark | null = null,
): Promise<Gathered> {
  const [here, there] = await Promise.all([source.connection(), destination.connection()])
  const [xml, state, job, persistent, sourceCapabilities, destinationCapabilities, memory] = await Promise.all([
    domain.getXMLDesc(DomainXmlFlag.SECURE),
    domain.getState(),
    domain.getJobStats(),
    domain.isPersistent(),
    here.getCapabilities(),
    there.getCapabilities(),
    there.nodeGetMemoryStats(),
  ])
  const description = readDomainXml(xml)
  const [byName, byUuid, machineObstacle, cpu] = await Promise.all([
    orNull(there.domainLookupByName(domain.name)),
    orNull(there.domainLookupByUUID(domain.uuid)),
    machineObstacleAt(there, description),
    cpuVerdictAt(there, description),
  ])
  const kept = byUuid === null || (await byUuid.isActive()) ? null : await keptMarkOf(byUuid, destination.host.name)
  const busy = job.type === 'unbounded' || job.type === 'bounded'
  // Only a running guest without a job can be asked about; the others have an obstacle already.
  const { local, verdict: dryRun } =
    state.state === 'running' && !busy
      ? await findLocalDisks(description.disks, (copied) => dryRunOf(domain, copied))
      : { local: [], verdict: { kind: 'unknown', why: 'the guest is not at rest' } as const }
  const localDisks = await Promise.all(local.map((disk) => localDiskFacts(domain, disk, there)))
  const unseenMedia = await unseenMediaOf(description, there)
  const facts: PreflightFacts = {
    source: {
      name: source.host.name,
      hostUuid: readCapabilities(sourceCapabilities).hostUuid ?? `unknown (${source.host.name})`,
      libvirtVersion: here.libVersion,
    },
    destination: {
      name: destination.host.name,
      hostUuid: readCapabilities(destinationCapabilities).hostUuid ?? `unknown (${destination.host.name})`,
      libvirtVersion: there.libVersion,
      availableBytes: availableBytes(memory),
      reservedBytes: destination.host.reservedBytes,
      hasSameName: byName !== null && byName.uuid !== domain.uuid,
      hasSameUuid: byUuid !== null && kept === null,
      kept,
      revertsTo: kept !== null && kept.migration === revertOf?.migration,
      machineObstacle,
      cpu,
    },
    guest: {
      name: domain.name,
      state: state.state,
      domainType: description.type,
      machine: description.machine ?? 'unknown',
      memoryBytes: description.memoryBytes,
      activeJob: busy ? job.operation : null,
      disks: description.disks.map(diskFacts),
      hostDevices: hostDevices(description),
      persistent,
      isNovas: isNovas(description),
    },
    localDisks,
    unseenMedia,
    dryRun,
  }
  return { facts, description }
}

async function orNull(lookup: Promise<Domain>): Promise<Domain | null> {
  try {
    return await lookup
  } catch (error) {
    if (isNoDomain(error)) return null
    throw error
  }
}

function query(description: DomainDescription): Parameters<Connection['getDomainCapabilities']>[0] {
  const { emulator, arch, machine, type } = description
  return { emulator, arch, machine, virtType: type }
}

async function machineObstacleAt(there: Connection, description: DomainDescription): Promise<string | null> {
  try {
    await there.getDomainCapabilities(query(description))
    return null
  } catch (error) {
    if (error instanceof LibvirtError) return error.message
    throw error
  }
}

async function cpuVerdictAt(there: Connection, description: DomainDescription): Promise<CpuVerdict> {
  // A guest without a CPU of its own takes QEMU's default model, the same for every host of a machine type.
  if (description.cpu === undefined) return { kind: 'usable' }
  try {
    const result = await there.compareHypervisorCPU(description.cpu.xml, query(description))
    if (result !== 'incompatible') return { kind: 'usable' }
    return {
      kind: 'incompatible',
      why: `${description.cpu.model ?? description.cpu.mode ?? 'it'} asks for more than the host has`,
    }
  } catch (error) {
    if (error instanceof LibvirtError || error instanceof LibvirtClientError) {
      return { kind: 'unknown', why: error.message }
    }
    throw error
  }
}

/**
 * libvirt's own verdict: the first phase of a migration without change protection checks everything (blockers,
 * snapshots, unsafe disks) and holds no job afterwards (qemuDomainMigrateBegin3Params, libvirt 9.0-11.3).
 */
async function dryRunOf(domain: Domain, copied: readonly string[]): Promise<DryRunVerdict> {
  try {
    if (copied.length === 0) await domain.migrateBegin3({}, MigrateFlag.LIVE)
    else await domain.migrateBegin3({ migrateDisks: copied }, MigrateFlag.LIVE | MigrateFlag.NON_SHARED_DISK)
    return { kind: 'allowed' }
  } catch (error) {
    if (error instanceof LibvirtError) {
      if (error.code === 'VIR_ERR_MIGRATE_UNSAFE') return { kind: 'unsafe', why: error.message }
      if (error.code === 'VIR_ERR_OPERATION_INVALID' || error.code === 'VIR_ERR_OPERATION_UNSUPPORTED') {
        return { kind: 'forbidden', why: error.message }
      }
      return { kind: 'unknown', why: error.message }
    }
    if (error instanceof LibvirtClientError) return { kind: 'unknown', why: error.message }
    throw error
  }
}

async function unseenMediaOf({ disks }: DomainDescription, there: Connection): Promise<PreflightFacts['unseenMedia']> {
  const answers = await Promise.all(
    disks.map(async ({ target, path, readonly, sourceKind }) => {
      if (!readonly || sourceKind !== 'file' || path === undefined) return []
      try {
        await there.storageVolLookupByPath(path)
        return []
      } catch (error) {
        // No pool has it, or there is no storage driver to ask.
        if (error instanceof LibvirtError) return [{ target, path }]
        throw error
      }
    }),
  )
  return answers.flat()
}

function diskFacts(disk: Disk): DiskFacts {
  const place = disk.path ?? disk.sourceName ?? ''
  return {
    target: disk.target,
    device: disk.device,
    sourceKind: disk.sourceKind,
    location: disk.protocol === undefined ? place : `${disk.protocol}:${place}`,
    cacheMode: disk.cacheMode ?? null,
    readonly: disk.readonly || disk.sourceKind === 'empty',
    shareable: disk.shareable,
  }
}

function hostDevices({ hostdevs, interfaces, tpms }: DomainDescription): string[] {
  return [
    ...hostdevs.map(({ type, mode }) => `${type ?? mode ?? 'host'} device`),
    ...interfaces.filter(({ type }) => type === 'hostdev').map(({ mac }) => `network device ${mac ?? ''}`.trim()),
    ...tpms.filter(({ backend }) => backend === 'passthrough').map(() => 'TPM'),
  ]
}
