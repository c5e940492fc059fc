import type { Possible } from '@landfall/core'
import { formatBytes } from '@landfall/core'
import type { PreflightFacts } from './preflight-facts.ts'

/** What a check found. An obstacle keeps the migration from starting. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: 'fine' | 'warning' | 'obstacle'
  readonly message: string
  /** What to do about it; empty where nothing need be done. */
  readonly next: string
}

export type FindingCode =
  | 'guest-running'
  | 'no-other-job'
  | 'different-hosts'
  | 'name-free'
  | 'machine-type'
  | 'cpu'
  | 'memory'
  | 'disks'
  | 'cache-mode'
  | 'host-devices'
  | 'versions'
  | 'libvirt-allows'
  | 'post-copy-recovery'

/** QEMU's own memory beside the guest's: a floor plus what page tables and device memory take. */
const qemuOverheadBytes = 192 * 1024 ** 2
const qemuOverheadShare = 0.02

/** Disks that both hosts reach by themselves: a network source, or a block device that libvirt leaves to the operator. */
const reachableKinds = new Set(['network', 'block', 'volume'])
const safeCacheModes = new Set(['none', 'directsync'])
/** The first libvirt that speaks every call and parameter that a steered migration uses. */
const oldestLibvirt = 6_000_000

/** All checks before a migration, in the order in which an operator would ask. Pure. */
export function check(facts: PreflightFacts): Finding[] {
  return [
    guestRunning(facts),
    noOtherJob(facts),
    differentHosts(facts),
    nameFree(facts),
    machineType(facts),
    cpu(facts),
    memory(facts),
    disks(facts),
    cacheMode(facts),
    hostDevices(facts),
    versions(facts),
    libvirtAllows(facts),
  ]
}

/** For a plan that uses post-copy: whether a link that breaks meanwhile can be made good. */
export function postCopyFinding(recovery: Possible): Finding {
  if (recovery.possible) return fine('post-copy-recovery', 'a post-copy that breaks can be resumed')
  return {
    code: 'post-copy-recovery',
    severity: 'warning',
    message: `if the link breaks during post-copy, the guest cannot be brought back: ${recovery.why}`,
    next: 'Where that is too much, use --post-copy never',
  }
}

export function obstacles(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === 'obstacle')
}

function fine(code: FindingCode, message: string): Finding {
  return { code, severity: 'fine', message, next: '' }
}

function obstacle(code: FindingCode, message: string, next: string): Finding {
  return { code, severity: 'obstacle', message, next }
}

function guestRunning({ guest }: PreflightFacts): Finding {
  if (guest.state === 'running') return fine('guest-running', `${guest.name} is running`)
  return obstacle('guest-running', `${guest.name} is ${guest.state}, not running`, 'Start or resume it, then try again')
}

function noOtherJob({ guest }: PreflightFacts): Finding {
  if (guest.activeJob === null) return fine('no-other-job', 'no other job holds the guest')
  return obstacle(
    'no-other-job',
    `${guest.name} is busy with another job: ${guest.activeJob}`,
    `Wait for it to end, or see it with "landfall watch ${guest.name}"`,
  )
}

function differentHosts({ source, destination }: PreflightFacts): Finding {
  if (source.hostUuid !== destination.hostUuid) {
    return fine('different-hosts', `${source.name} and ${destination.name} are two hosts`)
  }
  return obstacle(
    'different-hosts',
    `${source.name} and ${destination.name} are the same host, or share one host UUID (${source.hostUuid})`,
    'Give each host its own host_uuid in libvirtd.conf (virtqemud.conf)',
  )
}

function nameFree({ guest, destination }: PreflightFacts): Finding {
  const { kept, revertsTo } = destination
  if (!destination.hasSameName && !destination.hasSameUuid) {
    if (kept !== null && revertsTo) {
      return fine('name-free', `${destination.name} keeps the definition from before ${kept.migration}`)
    }
    if (kept !== null) {
      return {
        code: 'name-free',
        severity: 'warning',
        message: `${destination.name} keeps a definition of ${guest.name} from before ${kept.migration}: it is confirmed first, which removes it`,
        next: `To go back to that definition instead, use "landfall revert ${kept.migration}"`,
      }
    }
    return fine('name-free', `name and UUID are free on ${destination.name}`)
  }
  const what = destination.hasSameUuid ? 'UUID' : 'name'
  return obstacle(
    'name-free',
    `${destination.name} already has a guest with the ${what} of ${guest.name}`,
    destination.hasSameUuid
      ? `Find out which definition is the live one; undefine a stale one on ${destination.name} (virsh undefine ${guest.name})`
      : `Rename or remove the guest ${guest.name} on ${destination.name}`,
  )
}

function machineType({ guest, destination }: PreflightFacts): Finding {
  if (destination.machineObstacle === null) {
    return fine('machine-type', `${destination.name} offers ${guest.domainType} machine type ${guest.machine}`)
  }
  return obstacle(
    'machine-type',
    `${destination.name} cannot run machine type ${guest.machine} (${guest.domainType}): ${destination.machineObstacle}`,
    `Choose a destination whose QEMU knows ${guest.machine}`,
  )
}

function cpu({ guest, destination }: PreflightFacts): Finding {
  switch (destination.cpu.kind) {
    case 'usable':
      return fine('cpu', `${destination.name} can give the guest its CPU`)
    case 'unknown':
      return {
        code: 'cpu',
        severity: 'warning',
        message: `${destination.name} could not compare the guest's CPU: ${destination.cpu.why}`,
        next: 'The destination checks it again before any memory moves',
      }
    case 'incompatible':
      return obstacle(
        'cpu',
        `the CPU of ${guest.name} cannot be had on ${destination.name}: ${destination.cpu.why}`,
        'Choose a destination with the same CPU features, or give the guest a common CPU model at its next start',
      )
  }
}

function memory({ guest, destination }: PreflightFacts): Finding {
  const needed = guest.memoryBytes * (1 + qemuOverheadShare) + qemuOverheadBytes
  const available = destination.availableBytes - destination.reservedBytes
  const figures = `${formatBytes(needed)} needed, ${formatBytes(Math.max(0, available))} available after the reserve of ${formatBytes(destination.reservedBytes)}`
  if (needed <= available) return fine('memory', `${destination.name} has memory for it: ${figures}`)
  return obstacle(
    'memory',
    `${destination.name} is short of memory: ${figures}`,
    `Free at least ${formatBytes(needed - available)} there, or choose another destination`,
  )
}

function disks({ guest, dryRun }: PreflightFacts): Finding {
  const local = guest.disks.filter((disk) => !disk.readonly && !reachableKinds.has(disk.sourceKind))
  if (local.length === 0) {
    const names = guest.disks.map(({ target, location }) => `${target} (${location})`).join(', ')
    return fine('disks', guest.disks.length === 0 ? 'no disks' : `disks are reached over the network: ${names}`)
  }
  // A file can be on a shared filesystem: only the source's libvirt can see that, and the dry run asked it.
  if (dryRun.kind === 'allowed') {
    return fine('disks', `disks are on a shared filesystem: ${local.map(({ target }) => target).join(', ')}`)
  }
  const named = local.map(({ target, location }) => `${target} (${location})`).join(', ')
  return obstacle(
    'disks',
    `${local.length === 1 ? 'a disk is' : 'disks are'} local to the source, on a filesystem that the hosts do not share: ${named}`,
    'Move it to shared or network storage (NFS, Ceph, iSCSI, NBD); copying local disks is not supported yet',
  )
}

function cacheMode({ guest, dryRun }: PreflightFacts): Finding {
  const cached = guest.disks.filter(
    ({ readonly, shareable, cacheMode, sourceKind }) =>
      !readonly && !shareable && sourceKind !== 'network' && !safeCacheModes.has(cacheMode ?? 'default'),
  )
  if (cached.length === 0 || dryRun.kind === 'allowed') return fine('cache-mode', 'disk cache modes are safe')
  const named = cached.map(({ target, cacheMode }) => `${target} (${cacheMode ?? 'default'})`).join(', ')
  return {
    code: 'cache-mode',
    severity: 'warning',
    message: `disk cache mode is not known to be safe: ${named}`,
    next: "Use cache='none' for block devices that two hosts open",
  }
}

function hostDevices({ guest }: PreflightFacts): Finding {
  if (guest.hostDevices.length === 0) return fine('host-devices', 'no devices of the host are handed through')
  return obstacle(
    'host-devices',
    `devices of the source host are handed to the guest: ${guest.hostDevices.join(', ')}`,
    'Detach them first, or move the guest shut off',
  )
}

function versions({ source, destination }: PreflightFacts): Finding {
  const old = [source, destination].find(({ libvirtVersion }) => libvirtVersion < oldestLibvirt)
  if (old !== undefined) {
    return obstacle(
      'versions',
      `${old.name} runs libvirt ${versionText(old.libvirtVersion)}; ${versionText(oldestLibvirt)} or newer is needed`,
      'Upgrade it, or choose another host',
    )
  }
  const pair = `libvirt ${versionText(source.libvirtVersion)} → ${versionText(destination.libvirtVersion)}`
  if (destination.libvirtVersion >= source.libvirtVersion) return fine('versions', pair)
  return {
    code: 'versions',
    severity: 'warning',
    message: `${pair}: the destination is older`,
    next: 'It works where the machine type exists on both; test it with an unimportant guest first',
  }
}

function libvirtAllows({ guest, source, dryRun }: PreflightFacts): Finding {
  switch (dryRun.kind) {
    case 'allowed':
      return fine('libvirt-allows', `libvirt on ${source.name} would allow it`)
    case 'unknown':
      return {
        code: 'libvirt-allows',
        severity: 'warning',
        message: `libvirt on ${source.name} could not be asked beforehand: ${dryRun.why}`,
        next: 'It checks again when the migration starts',
      }
    case 'unsafe':
    case 'forbidden':
      return obstacle(
        'libvirt-allows',
        `libvirt on ${source.name} would refuse to migrate ${guest.name}: ${dryRun.why}`,
        dryRun.kind === 'unsafe'
          ? 'Put its disks on storage that both hosts share'
          : 'Remove what it names, then try again',
      )
  }
}

/** 11003000 → "11.3.0" */
export function versionText(version: number): string {
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`
}
