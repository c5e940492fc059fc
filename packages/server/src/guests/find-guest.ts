import { advise } from '@landfall/core'
import type { Host } from '../hosts/host.ts'
import type { HostSession } from '../hosts/host-session.ts'
import type { Definition } from './kept-definition.ts'
import { definitionsOf } from './kept-definition.ts'
import type { MigrationRole } from './migration-role.ts'
import { migrationRole } from './migration-role.ts'
import { serverError } from '../errors.ts'
import type { Domain } from '@landfall/libvirt'
import { isNoDomain } from '@landfall/libvirt'

export interface FoundGuest {
  readonly domain: Domain
  readonly session: HostSession
}

/** @throws LandfallError `unknown-host`, naming those that there are. */
export function hostNamed<Each extends { readonly host: Host }>(sessions: readonly Each[], name: string): Each {
  const session = sessions.find(({ host }) => host.name === name)
  if (session !== undefined) return session
  const names = sessions.map(({ host }) => host.name).join(', ')
  throw serverError('unknown-host', `there is no host "${name}"`, `The hosts are: ${names}`)
}

/**
 * The guest of that name (or UUID), where it is active; where it is active nowhere, where it is defined: a definition that
 * a cold migration left behind counts only where there is no other.
 *
 * @throws LandfallError `unknown-guest`, `ambiguous-guest`, or `host-unreachable` when it was not found and a host that
 *   could have it does not answer.
 */
export async function findGuest(sessions: readonly HostSession[], name: string): Promise<FoundGuest> {
  const { found, silent } = await definitionsOf(sessions, name)
  const active = await Promise.all(found.filter((each) => each.active).map(withRole))
  const own = found.filter(({ mark }) => mark === null)
  const candidates = active.length > 0 ? active : await Promise.all((own.length > 0 ? own : found).map(withRole))
  const [guest, ...others] = candidates
  if (guest === undefined) {
    if (silent[0] !== undefined) throw silent[0]
    const names = sessions.map(({ host }) => host.name).join(', ')
    throw serverError(
      'unknown-guest',
      `no guest "${name}" on ${names}`,
      advise`See them with ${{ action: 'list-guests' }}`,
    )
  }
  const incoming = others.length > 0 ? pickSource(candidates) : guest
  if (incoming === null) {
    const places = candidates.map(({ session }) => session.host.name).join(' and ')
    throw serverError(
      'ambiguous-guest',
      `"${name}" is on several hosts: ${places}`,
      'Find out which is the live one; never start both',
    )
  }
  return incoming
}

interface Candidate extends Definition {
  readonly role: MigrationRole
}

/** During a migration both hosts show the guest: the one that sends is where it is. */
function pickSource(candidates: readonly Candidate[]): Candidate | null {
  const notReceiving = candidates.filter(({ role }) => role !== 'receives')
  const sending = candidates.filter(({ role }) => role === 'sends')
  const [source, ...more] = sending.length > 0 ? sending : notReceiving
  const uuids = new Set(candidates.map(({ domain }) => domain.uuid))
  return more.length === 0 && uuids.size === 1 ? (source ?? null) : null
}

async function withRole(definition: Definition): Promise<Candidate> {
  return { ...definition, role: definition.active ? await roleOf(definition.domain) : 'none' }
}

/** One that went away between two questions does nothing. */
async function roleOf(domain: Domain): Promise<MigrationRole> {
  try {
    return await migrationRole(domain)
  } catch (error) {
    if (isNoDomain(error)) return 'none'
    throw error
  }
}
