import type { MigrationUnderWay, NovaHands, NovaSeen, NovaUnderWay, Role } from '@landfall/api'
import { roleWords } from '../status-words.ts'

/** What is to be known of who carries it out and who steers it; null where both are Landfall. Pure. */
export function handsWords(role: Role | null, nova: NovaUnderWay | null): string | null {
  if (nova === null) {
    const told = role === null ? null : roleWords(role)
    return told === null ? null : `It was ${told}.`
  }
  if (role === null) return 'Nova carries it out.'
  return role.hands === 'on'
    ? 'Nova carries it out, and it is steered from here.'
    : 'Nova carries it out. It is only observed: nothing of it is changed from here.'
}

/** One word for a list. Pure. */
export const novaMark = ({ nova, role }: Pick<MigrationUnderWay, 'nova' | 'role'>): string | null =>
  nova === undefined ? null : role === null ? "Nova's" : role.hands === 'on' ? "Nova's, steered" : "Nova's, observed"

/** Of a host: what is done with the migrations that Nova starts there. */
export const novaHandsWords: Readonly<Record<NovaHands, string>> = {
  steered: 'steered',
  some: 'steered for some projects or instances',
  observed: 'only observed',
}

/** What Nova has, in its own words. Pure. */
export function recordWords({ migration }: Pick<NovaSeen, 'migration'>): string {
  if (migration === null) return 'no record of it that is under way'
  const { id, status, source, destination } = migration
  return `migration ${id} is ${status}: ${source ?? 'not known'} → ${destination ?? 'not chosen yet'}`
}

export function instanceWords({ instance }: Pick<NovaSeen, 'instance'>): string {
  if (instance === null) return 'not known to Nova, or not shown'
  const { status, taskState, host } = instance
  return `${status}${taskState === null ? '' : `, ${taskState}`}, on ${host ?? 'a host that is not shown'}`
}

export const libvirtWords = ({ libvirt }: Pick<NovaSeen, 'libvirt'>): string =>
  libvirt === null ? 'copies nothing just now' : `copies: ${libvirt.source} → ${libvirt.destination ?? 'not known'}`
