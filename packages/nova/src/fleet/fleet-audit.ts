import { originInWords } from '../obey/intent-from-config.ts'
import type { Release } from '../options/release.ts'
import { optionsOf } from '../options/schema.ts'
import type { OptionValue } from '../oslo/option-spec.ts'
import { effectOf } from '../rules/option-effect.ts'
import type { HostConfig, HostRemark } from './host-config.ts'
import { valueOn } from './host-config.ts'

export interface FleetHost {
  readonly host: string
  /** The file and line that wins, "$OS_..." or "default". */
  readonly from: string
}

/** Hosts on which an option has the same value. */
export interface FleetValue {
  /** As a person writes it; "(none)" for None, "(unreadable)" where the service does not start with it, "(unknown)" where a file could not be read, or it is made of what is not known. */
  readonly value: string
  readonly isDefault: boolean
  /** What it does to a guest, in plain numbers, on the first of the hosts. */
  readonly effect: string
  readonly hosts: readonly FleetHost[]
}

export interface FleetOption {
  /** `libvirt.live_migration_downtime` */
  readonly option: string
  /** Whether every host may have its own, as with addresses. */
  readonly ownOnEachHost: boolean
  /** That of most hosts first. */
  readonly values: readonly FleetValue[]
}

export interface FleetAudit {
  readonly release: Release
  readonly guestGiB: number
  readonly hosts: readonly string[]
  /** Hosts whose files stop the service; they are in no value. */
  readonly broken: readonly string[]
  readonly options: readonly FleetOption[]
  readonly remarks: readonly HostRemark[]
}

/** Of a host of whose files one cannot be read, which may set this, or where it is made of what is not known. */
export const unknownValue = '(unknown)'

const ownOnEachHost: readonly string[] = ['libvirt.live_migration_inbound_addr']

/** A fleet's live-migration options side by side. Pure. */
export function auditFleet(hosts: readonly HostConfig[], release: Release, guestGiB: number): FleetAudit {
  const started = hosts.filter(({ readings }) => readings !== null)
  return {
    release,
    guestGiB,
    hosts: hosts.map(({ host }) => host),
    broken: hosts.filter(({ readings }) => readings === null).map(({ host }) => host),
    options: [
      ...optionsOf(release).map(({ group, name }) => {
        const option = `${group}.${name}`
        return {
          option,
          ownOnEachHost: ownOnEachHost.includes(option),
          values: valuesOf(option, started, release, guestGiB),
        }
      }),
      ...besideOptions(started),
    ],
    remarks: hosts.flatMap(({ remarks }) => remarks),
  }
}

/** What has to be alike besides, and what becomes of a move where it is not. */
const beside: Readonly<Record<string, string>> = {
  'libvirt.cpu_mode': 'the CPU that a guest is given when it starts; it takes it along',
  'libvirt.cpu_model': 'the CPU that a guest is given when it starts; it takes it along',
  'libvirt.cpu_models': 'the CPU that a guest is given when it starts; it takes it along',
  'libvirt.cpu_model_extra_flags': 'features that a guest is given beside its model',
  'libvirt.disk_cachemodes': 'how disks are cached: a move of one that is not none or directsync is refused as unsafe',
  'libvirt.rbd_secret_uuid': "libvirt's secret for Ceph, by which the destination opens the disks",
  'libvirt.rbd_user': "Ceph's client, by which the destination opens the disks",
  'libvirt.images_type': 'where disks are, and so whether they are copied along',
  'libvirt.volume_use_multipath': 'whether volumes come up on several paths',
  'libvirt.virt_type': 'the hypervisor that a guest runs under',
  'DEFAULT.instances_path': 'where disks are, and whether both hosts share them',
  'workarounds.skip_cpu_compare_on_dest': "whether Nova's own comparison of CPUs is left out",
  'workarounds.enable_numa_live_migration': 'whether guests with a NUMA topology are moved before Train',
  'serial_console.enabled': 'a move between hosts that differ in it is refused',
}

/** Of options that have their lines in files alone: what those say, `(default)` where none does. */
function besideOptions(hosts: readonly HostConfig[]): FleetOption[] {
  return Object.entries(beside).flatMap(([option, effect]) => {
    if (!hosts.some((host) => host.beside.has(option))) return []
    const values = new Map<string, FleetHost[]>()
    for (const { host, beside: set, unread, paths } of hosts) {
      if (paths.length === 0 && unread.length === 0) continue
      const written = set.get(option)
      const value = unread.length > 0 ? unknownValue : (written?.value ?? '(default)')
      const from = unread.length > 0 ? `${unread[0] ?? ''} cannot be read` : (written?.place ?? 'default')
      values.set(value, [...(values.get(value) ?? []), { host, from }])
    }
    const sorted = [...values].toSorted((a, b) => b[1].length - a[1].length)
    return [
      {
        option,
        ownOnEachHost: false,
        values: sorted.map(([value, those]) => ({ value, isDefault: value === '(default)', effect, hosts: those })),
      },
    ]
  })
}

function valuesOf(option: string, hosts: readonly HostConfig[], release: Release, guestGiB: number): FleetValue[] {
  const byValue = new Map<string, { first: HostConfig; value: OptionValue; isDefault: boolean; hosts: FleetHost[] }>()
  for (const config of hosts) {
    const reading = config.readings?.get(option)
    const [unread] = config.unread
    if (reading === undefined && unread === undefined) continue
    const value = reading?.ok === true && unread === undefined ? reading.value : null
    const written =
      unread !== undefined || reading === undefined || (!reading.ok && reading.unknown !== undefined)
        ? unknownValue
        : reading.ok
          ? valueInWords(reading.value)
          : '(unreadable)'
    const same = byValue.get(written) ?? { first: config, value, isDefault: true, hosts: [] }
    byValue.set(written, {
      ...same,
      isDefault: same.isDefault && unread === undefined && reading?.origin.kind === 'default',
      hosts: same.hosts,
    })
    const from =
      unread !== undefined ? `${unread} cannot be read` : reading === undefined ? '' : originInWords(reading.origin)
    same.hosts.push({ host: config.host, from })
  }
  return [...byValue]
    .map(([value, same]) => ({
      value,
      isDefault: same.isDefault,
      effect:
        value === '(unreadable)'
          ? 'the service does not start with it'
          : value === unknownValue
            ? 'not known: a file that may set it cannot be read, or it is made of an option that no file sets'
            : effectOf(option, same.value, { release, guestGiB, valueOf: (name) => valueOn(same.first, name) }),
      hosts: same.hosts,
    }))
    .toSorted((a, b) => b.hosts.length - a.hosts.length)
}

/** `true`, `500`, `tcp`, `(none)` */
export function valueInWords(value: OptionValue): string {
  if (value === null) return '(none)'
  return typeof value === 'object' ? value.join(',') : String(value)
}

/** Options that are not alike on all hosts although they should be. */
export function differingOptions({ options }: FleetAudit): readonly FleetOption[] {
  return options.filter(
    (each) => !each.ownOnEachHost && each.values.filter(({ value }) => value !== unknownValue).length > 1,
  )
}
