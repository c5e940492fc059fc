import type { RepairFacts, RepairHost, RepairName, RepairVerdict } from '@landfall/nova'
import { repairs } from '@landfall/nova'
import type { Server } from '@landfall/openstack'
import type { HeldAllocations } from '../../../cloud/held-allocations.ts'
import type { NovaApi } from '../../../cloud/nova.ts'
import { serverError } from '../../../errors.ts'
import { viewOf } from '../../../guests/host-view.ts'
import { definitionsOf } from '../../../guests/kept-definition.ts'
import type { HostSession } from '../../../hosts/host-session.ts'
import type { RunContext } from '../../start/context.ts'

/** An instance of Nova's as every side has it, and what can be repaired of it. */
export interface Repairs {
  /** libvirt's name of it, and its ID. */
  readonly guest: { readonly name: string; readonly uuid: string }
  readonly facts: RepairFacts
  readonly verdicts: Readonly<Record<RepairName, RepairVerdict>>
}

/** As {@link Repairs}, with what carries them out. */
export interface SeenRepairs extends Repairs {
  readonly nova: NovaApi
  /** Null where Nova has no such instance. */
  readonly held: HeldAllocations | null
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Asks every host in use, Nova and Placement; changes nothing.
 *
 * @param named its ID, or libvirt's name of it
 * @throws LandfallError `unknown-guest`, `ambiguous-guest`, `nova-not-configured`, `nova-unreachable`, `nova-refused`
 */
export async function seeRepairs(
  { sessions, clock, nova: open }: Pick<RunContext, 'sessions' | 'clock' | 'nova'>,
  named: string,
): Promise<SeenRepairs> {
  const nova = await open()
  const uuid = await uuidOf(sessions, named)
  const [instance, record] = await Promise.all([nova.server(uuid), nova.newestMigration(uuid)])
  const held = instance === null ? null : await nova.allocations(instance, record?.uuid ?? null)
  // Last: what Nova does meanwhile is seen on the hosts.
  const hosts = await Promise.all(sessions.map((session) => hostOf(session, uuid)))
  const elsewhere = [instance?.hypervisorHostname, record?.sourceNode, record?.destinationNode]
    .filter((hostname) => hostname !== null && hostname !== undefined)
    .filter((hostname) => !hosts.some((each) => each.hostname === hostname))
  const unreached = [...new Set(elsewhere)].map((name): RepairHost => {
    return {
      name,
      hostname: null,
      view: { kind: 'unreachable', why: 'Nova names it, and it is not among the hosts in use' },
    }
  })
  const facts: RepairFacts = {
    id: uuid,
    instance,
    record:
      record === null
        ? null
        : {
            id: record.id,
            status: record.statusAsSent,
            type: record.type,
            isOver: nova.hasEnded(record),
            silentMs: record.updatedAt === null ? null : clock.now() - record.updatedAt.getTime(),
          },
    hosts: [...hosts, ...unreached],
    allocations: held?.facts ?? { held: {}, byMigration: null, providers: [] },
  }
  const name = instance === null ? named : nameOf(instance)
  return { guest: { name, uuid }, facts, verdicts: repairs(facts), nova, held }
}

const nameOf = ({ instanceName, name }: Server): string => instanceName ?? name

async function hostOf(session: HostSession, uuid: string): Promise<RepairHost> {
  const { name } = session.host
  const hostname = await session
    .connection()
    .then((connection) => connection.getHostname())
    .catch(() => null)
  const view = await viewOf(session, uuid)
  if (hostname === null && view.kind !== 'unreachable')
    return { name, hostname, view: { kind: 'unreachable', why: 'it does not say what it is called' } }
  return { name, hostname, view }
}

async function uuidOf(sessions: readonly HostSession[], named: string): Promise<string> {
  if (uuidPattern.test(named)) return named.toLowerCase()
  const { found, silent } = await definitionsOf(sessions, named)
  const [uuid, ...others] = new Set(found.map(({ domain }) => domain.uuid))
  if (uuid !== undefined && others.length === 0) return uuid
  if (uuid !== undefined)
    throw serverError('ambiguous-guest', `"${named}" is several guests: ${[uuid, ...others].join(', ')}`, 'Name its ID')
  if (silent[0] !== undefined) throw silent[0]
  throw serverError(
    'unknown-guest',
    `no host in use has a guest "${named}"`,
    'Name the ID that Nova has of the instance',
  )
}
