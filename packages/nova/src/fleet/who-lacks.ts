import type { Setting } from '../oslo/edit-ini.ts'
import type { FleetAudit, FleetHost } from './fleet-audit.ts'

/** Which hosts have a setting already. */
export interface Lack {
  readonly setting: Setting
  readonly have: readonly FleetHost[]
  /** With what they have instead, and from where. */
  readonly lack: readonly (FleetHost & { readonly value: string })[]
  /** "this change must be on all hypervisors: 3 of 40 lack it" */
  readonly sentence: string
}

/** Who of a fleet lacks a setting; a host whose files are broken lacks it. Pure. */
export function whoLacks(audit: FleetAudit, setting: Setting): Lack {
  const values = audit.options.find(({ option }) => option === `${setting.group}.${setting.name}`)?.values ?? []
  const have = values.filter(({ value }) => value === setting.value).flatMap(({ hosts }) => hosts)
  const had = new Set(have.map(({ host }) => host))
  const otherwise = new Map(
    values.flatMap(({ value, hosts }) => hosts.map((host) => [host.host, { ...host, value }] as const)),
  )
  const lack = audit.hosts
    .filter((host) => !had.has(host))
    .map((host) => otherwise.get(host) ?? { host, from: 'its files cannot be read', value: '(unreadable)' })
  return { setting, have, lack, sentence: sentenceOf(lack.length, audit.hosts.length) }
}

function sentenceOf(lacking: number, all: number): string {
  if (lacking === 0) return all === 1 ? 'the host has this' : `all ${all} hypervisors have this`
  if (all === 1) return 'this host lacks it, and every hypervisor that a guest may come to or from needs it'
  const who = lacking === all ? `all ${all} lack it` : `${lacking} of ${all} ${lacking === 1 ? 'lacks' : 'lack'} it`
  return `this change must be on all hypervisors: ${who}`
}
