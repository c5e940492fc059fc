import type { Finding, FindingCode } from '@landfall/api'
import type { Advice, Possible } from '@landfall/core'
import { advise, formatBytes } from '@landfall/core'
import { formatVersion } from '@landfall/libvirt'
import { localDiskObstacle } from '../disks/local-disk-obstacle.ts'
import type { PreflightFacts } from './preflight-facts.ts'

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
    owner(facts),
    noOtherJob(facts),
    differentHosts(facts),
    nameFree(facts),
    machineType(facts),
    cpu(facts),
    memory(facts),
    disks(facts),
    diskRoom(facts),
    media(facts),
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
    next: 'Where that is too much, forbid post-copy',
  }
}

export function obstacles(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === 'obstacle')
}

function fine(code: FindingCode, message: string): Finding {
  return { code, severity: 'fine', message, next: '' }
}

function obstacle(code: FindingCode, message: string, next: Advice): Finding {
  return { code, severity: 'obstacle', message, next }
}

function guestRunning({ guest }: PreflightFacts): Finding {
  if (guest.state === 'running') return fine('guest-running', `${guest.name} is running`)
  return obstacle('guest-running', `${guest.name} is ${guest.state}, not running`, 'Start or resume it, then try again')
}

function owner({ guest, source, destination }: PreflightFacts): Finding {
  if (!guest.isNovas) return fine('owner', 'not managed by OpenStack, judging by its metadata')
  return {
    code: 'owner',
    severity: 'warning',
    message: `${guest.name} is an instance of OpenStack Nova, which alone may move it: moved behind its back its database would keep ${source.name}, and Neutron's port, Cinder's attachments and placement with it`,
    next: `Nova is asked to move it to ${destination.name} where its cloud is known ([openstack] in the hosts file)`,
  }
}

function noOtherJob({ guest }: PreflightFacts): Finding {
  if (guest.activeJob === null) return fine('no-other-job', 'no other job holds the guest')
  return obstacle(
    'no-other-job',
    `${guest.name} is busy with another job: ${guest.activeJob}`,
    advise`Wait for it to end, or see it with ${{ action: 'watch', guest: guest.name }}`,
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
        next: advise`To go back to that definition instead, use ${{ action: 'revert', migration: kept.migration }}`,
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

function disks({ guest, dryRun, localDisks, destination }: PreflightFacts): Finding {
  const files = guest.disks.filter((disk) => !disk.readonly && !reachableKinds.has(disk.sourceKind))
  if (files.length === 0) {
    const names = guest.disks.map(({ target, location }) => `${target} (${location})`).join(', ')
    return fine('disks', guest.disks.length === 0 ? 'no disks' : `disks are reached over the network: ${names}`)
  }
  for (const disk of localDisks) {
    const found = localDiskObstacle(disk, guest.name, destination.name)
    if (found !== null) return obstacle('disks', found.message, found.next)
  }
  const local = files.filter(({ target }) => localDisks.some((disk) => disk.target === target))
  const shared = files.filter((disk) => !local.includes(disk))
  // A file can be on a shared file system: only the source's libvirt can see that, and the dry run asked it.
  if (dryRun.kind === 'allowed') {
    const sharing = shared.length === 0 ? [] : [`on a shared filesystem: ${targetsOf(shared)}`]
    const copying = local.length === 0 ? [] : [`local, copied along: ${targetsOf(local)}`]
    const message = `disks are ${[...sharing, ...copying].join('; ')}`
    return fine('disks', message)
  }
  const unreached = local.length > 0 ? local : files
  const named = unreached.map(({ target, location }) => `${target} (${location})`).join(', ')
  return obstacle(
    'disks',
    `${unreached.length === 1 ? 'a disk is' : 'disks are'} local to the source, on a filesystem that the hosts do not share: ${named}`,
    'Move it to shared or network storage (NFS, Ceph, iSCSI, NBD)',
  )
}

const targetsOf = (disks: readonly { readonly target: string }[]): string =>
  disks.map(({ target }) => target).join(', ')

function diskRoom({ localDisks, destination }: PreflightFacts): Finding {
  const pools = new Map<string, { available: number; needed: number; most: number }>()
  for (const { place, allocatedBytes, capacityBytes } of localDisks) {
    if (place.kind !== 'free' && place.kind !== 'made-ready') continue
    const pool = pools.get(place.pool) ?? { available: place.availableBytes, needed: 0, most: 0 }
    pools.set(place.pool, {
      ...pool,
      needed: pool.needed + allocatedBytes,
      most: pool.most + capacityBytes,
    })
  }
  for (const [name, { available, needed, most }] of pools) {
    const figures = `${formatBytes(available)} left in storage pool ${name}`
    if (needed > available) {
      return obstacle(
        'disk-room',
        `${destination.name} is short of disk room: ${formatBytes(needed)} to be copied, ${figures}`,
        `Free at least ${formatBytes(needed - available)} there, or choose another destination`,
      )
    }
    if (most > available) {
      return {
        code: 'disk-room',
        severity: 'warning',
        message: `the local disks may grow to ${formatBytes(most)} on ${destination.name}: ${figures}`,
        next: 'What they hold now fits; watch that pool',
      }
    }
  }
  return fine('disk-room', pools.size === 0 ? 'no disk is copied' : `${destination.name} has room for the local disks`)
}

function media({ guest, destination, unseenMedia }: PreflightFacts): Finding {
  const [first] = unseenMedia
  if (first === undefined) return fine('media', 'no read-only medium ties the guest to its host')
  const named = unseenMedia.map(({ target, path }) => `${target} (${path})`).join(', ')
  return {
    code: 'media',
    severity: 'warning',
    message: `${destination.name} may not have what is read-only in the guest: ${named}`,
    next: `If its file is not there the migration fails at the start: put it there, or eject it (virsh change-media ${guest.name} ${first.target} --eject)`,
  }
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
    'Detach them first (virsh detach-device); with them it is not moved at all, not cold either',
  )
}

function versions({ source, destination }: PreflightFacts): Finding {
  const old = [source, destination].find(({ libvirtVersion }) => libvirtVersion < oldestLibvirt)
  if (old !== undefined) {
    return obstacle(
      'versions',
      `${old.name} runs libvirt ${formatVersion(old.libvirtVersion)}; ${formatVersion(oldestLibvirt)} or newer is needed`,
      'Upgrade it, or choose another host',
    )
  }
  const pair = `libvirt ${formatVersion(source.libvirtVersion)} → ${formatVersion(destination.libvirtVersion)}`
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
