import type { FleetGuest, FleetHost, GuestLabels, Looked } from '@landfall/core'
import { LandfallError } from '@landfall/core'
import type { NovaApi, OpenNova } from '../../cloud/nova.ts'

/** What Nova's services are disabled with; by it we know our own again. */
export const drainReason = 'drained by Landfall'

/** Null where it is not known how to reach a cloud. @throws LandfallError of one that is known and does not answer */
export async function novaWhereKnown(open: OpenNova): Promise<NovaApi | null> {
  try {
    return await open()
  } catch (error) {
    if (error instanceof LandfallError && error.code === 'nova-not-configured') return null
    throw error
  }
}

const no = (code: string, why: string, help: string): Looked => ({ kind: 'obstacle', code, why, help })

/** Why Nova would not move that instance now; null where it would. */
export async function novasObstacle(nova: NovaApi | null, uuid: string): Promise<Looked | null> {
  if (nova === null) {
    const help = 'Name its cloud ([openstack] in the hosts file, or OS_CLOUD), or have Nova move it off that host'
    return no('owner', "it is an instance of Nova's, and it is not known how to reach its cloud", help)
  }
  const instance = await nova.server(uuid)
  if (instance === null)
    return no('owner', `Nova of ${nova.cloud} does not show it`, 'Use an administrator of the cloud')
  const { status, taskState } = instance
  if (taskState !== null)
    return no('nova-busy', `Nova is busy with it (${taskState})`, 'Plan again when that has ended')
  if (status === 'ACTIVE' || status === 'PAUSED') return null
  return no('nova-state', `Nova moves only what is ACTIVE or PAUSED, and it is ${status}`, helpFor(status, uuid))
}

/** Never a reset of its state: without proof where its guest is Nova would act for a host that does not have it. */
function helpFor(status: string, uuid: string): string {
  switch (status) {
    case 'ERROR':
      return `landfall repair ${uuid} compares what hosts, Nova and Placement have of it, and says what is safe`
    case 'VERIFY_RESIZE':
      return 'Its owner confirms the resize or reverts it first'
    case 'RESCUE':
      return `openstack server unrescue ${uuid}`
    case 'SUSPENDED':
      return `openstack server resume ${uuid}`
    case 'SHUTOFF':
      return `openstack server start ${uuid}`
    default:
      return `See openstack server show ${uuid}`
  }
}

/**
 * Guests and hosts with what Nova's server groups keep apart, as labels: Nova refuses a move that breaks them. Only groups of the
 * guests that move are asked for.
 */
export async function withServerGroups(
  nova: NovaApi,
  guests: readonly FleetGuest[],
  hosts: readonly FleetHost[],
): Promise<{ readonly guests: readonly FleetGuest[]; readonly hosts: readonly FleetHost[] }> {
  const instances = await Promise.all(guests.map(({ uuid }) => nova.server(uuid)))
  const ids = new Set(instances.flatMap((instance) => instance?.serverGroups ?? []))
  const groups = await Promise.all([...ids].map((id) => nova.groupOf(id)))
  const apart = new Map(
    groups
      .filter(({ policy }) => policy === 'anti-affinity')
      .flatMap(({ id, members }) => members.map((uuid) => [uuid, id])),
  )
  const labelled = <Labels extends GuestLabels>(of: Labels): Labels => ({
    ...of,
    spread: apart.get(of.uuid) ?? of.spread,
  })
  return {
    guests: guests.map(labelled),
    hosts: hosts.map((host) => ({ ...host, guestLabels: host.guestLabels.map(labelled) })),
  }
}
