import type { KeptMark } from '@landfall/api'
import type { LandfallError } from '@landfall/core'
import { advise } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { isNoDomain } from '@landfall/libvirt'
import { serverError } from '../errors.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { keptMarkOf } from './kept-mark.ts'

/** A guest's definition on a host, as far as it matters who may start it. */
export interface Definition {
  readonly domain: Domain
  readonly session: HostSession
  readonly active: boolean
  /** Null for one that is the guest's own. */
  readonly mark: KeptMark | null
}

/** Every definition of a guest, and the hosts that did not answer. */
export interface Definitions {
  readonly found: readonly Definition[]
  readonly silent: readonly unknown[]
}

/** @param guest name or UUID */
export async function definitionsOf(sessions: readonly HostSession[], guest: string): Promise<Definitions> {
  const answers = await Promise.allSettled(sessions.map((session) => definitionOn(session, guest)))
  return {
    found: answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value !== null ? [answer.value] : [])),
    silent: answers.flatMap((answer): unknown[] => (answer.status === 'rejected' ? [answer.reason] : [])),
  }
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

async function definitionOn(session: HostSession, guest: string): Promise<Definition | null> {
  const connection = await session.connection()
  try {
    const domain = await (uuidPattern.test(guest)
      ? connection.domainLookupByUUID(guest)
      : connection.domainLookupByName(guest))
    const active = await domain.isActive()
    return { domain, session, active, mark: active ? null : await keptMarkOf(domain, session.host.name) }
  } catch (error) {
    if (isNoDomain(error)) return null
    throw error
  }
}

export interface KeptDefinition extends Definition {
  readonly mark: KeptMark
}

const isKept = (definition: Definition): definition is KeptDefinition => definition.mark !== null

/**
 * The definitions that cold migrations of a guest have left behind, oldest first.
 *
 * @param migration only the one that this migration left; null for all
 * @throws LandfallError `nothing-kept`, or that of a host that does not answer and may have one
 */
export function keptOf(
  { found, silent }: Definitions,
  asked: string,
  migration: string | null,
): readonly [KeptDefinition, ...KeptDefinition[]] {
  const [oldest, ...newer] = found
    .filter(isKept)
    .filter(({ mark }) => migration === null || mark.migration === migration)
    .toSorted((a, b) => a.mark.at.localeCompare(b.mark.at))
  if (oldest !== undefined) return [oldest, ...newer]
  if (silent[0] !== undefined) throw silent[0]
  throw serverError(
    'nothing-kept',
    `no host keeps a definition of "${asked}" from a cold migration`,
    advise`See them with ${{ action: 'list-guests' }}; it may have been confirmed or reverted already`,
  )
}

/**
 * The guest itself, on another host: without it the kept definition is the only one, and the last that could be started.
 *
 * @throws LandfallError `only-definition`, `not-running`, or that of a host that does not answer and may have it
 */
export async function ownOf({ found, silent }: Definitions, kept: KeptDefinition): Promise<Definition> {
  const own = found.find(({ mark, domain }) => mark === null && domain.uuid === kept.domain.uuid)
  // One that does not outlive its next stop is no definition to rely on.
  if (own?.active === true && (await own.domain.isPersistent())) return own
  if (own?.active === true) throw withoutDefinition(own, kept)
  if (own !== undefined) throw notRunning(own)
  if (silent[0] !== undefined) throw silent[0]
  throw onlyDefinition(kept)
}

function onlyDefinition({ domain, session, mark }: KeptDefinition): LandfallError {
  return serverError(
    'only-definition',
    `${session.host.name} holds the only definition of ${domain.name} that is left: nothing was removed`,
    `Find out what became of it on ${mark.to}; the guest can be started on ${session.host.name} where it runs nowhere else`,
  )
}

function withoutDefinition({ domain, session }: Definition, kept: KeptDefinition): LandfallError {
  const { name } = domain
  return serverError(
    'only-definition',
    `${name} runs on ${session.host.name} without a definition: what ${kept.session.host.name} keeps is the only one that is left, and nothing was removed`,
    `Define it where it runs: virsh dumpxml ${name} > ${name}.xml && virsh define ${name}.xml`,
  )
}

function notRunning({ domain, session }: Definition): LandfallError {
  return serverError(
    'not-running',
    `${domain.name} does not run on ${session.host.name}: what was kept of it is not removed`,
    advise`Start it there (virsh start ${domain.name}), or finish its migration with ${{ action: 'watch', guest: domain.name }}`,
  )
}
