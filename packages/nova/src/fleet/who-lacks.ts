import type { Setting } from '../oslo/edit-ini.ts'
import type { FleetAudit } from './fleet-audit.ts'

/** What a host has instead of a setting, and from where. */
export interface Instead {
  /** `libvirt.live_migration_downtime` */
  readonly option: string
  readonly value: string
  readonly from: string
}

export interface LackingHost {
  readonly host: string
  readonly instead: readonly Instead[]
}

/** Which hosts have a change already. */
export interface Lack {
  readonly settings: readonly Setting[]
  readonly have: readonly string[]
  readonly lack: readonly LackingHost[]
  /** "this change must be on all hypervisors: 3 of 40 lack it" */
  readonly sentence: string
}

/** Who of a fleet lacks one of these settings; a host whose files are broken lacks them all. Pure. */
export function whoLacks(audit: FleetAudit, settings: readonly Setting[]): Lack {
  const insteadOn = new Map<string, Instead[]>(audit.broken.map((host) => [host, []]))
  for (const { group, name, value: wanted } of settings) {
    const option = `${group}.${name}`
    for (const { value, hosts } of audit.options.find((each) => each.option === option)?.values ?? []) {
      if (value === wanted) continue
      for (const { host, from } of hosts) {
        insteadOn.set(host, [...(insteadOn.get(host) ?? []), { option, value, from }])
      }
    }
  }
  const lack = audit.hosts.flatMap((host): LackingHost[] => {
    const instead = insteadOn.get(host)
    return instead === undefined ? [] : [{ host, instead }]
  })
  return {
    settings,
    have: audit.hosts.filter((host) => !insteadOn.has(host)),
    lack,
    sentence: sentenceOf(lack.length, audit.hosts.length),
  }
}

function sentenceOf(lacking: number, all: number): string {
  if (all === 0) return 'this change must be on all hypervisors; the configuration of none is known here'
  if (lacking === 0) return all === 1 ? 'the host has it' : `all ${all} hypervisors have it`
  if (all === 1) return 'this change must be on all hypervisors; this one lacks it'
  const who = lacking === all ? `all ${all} lack it` : `${lacking} of ${all} ${lacking === 1 ? 'lacks' : 'lack'} it`
  return `this change must be on all hypervisors: ${who}`
}
