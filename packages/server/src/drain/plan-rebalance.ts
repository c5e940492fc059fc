import type { RebalanceRequest } from '@landfall/api'
import type { FleetGuest, FleetHost, RebalancePlan } from '@landfall/core'
import { chooseRebalance, planRebalance } from '@landfall/core'
import { hostNamed } from '../guests/find-guest.ts'
import { drainedHosts, promisedBy } from './fleet/closed-hosts.ts'
import { asksAtOnce, Fitness } from './fleet/fitness.ts'
import { runningGuests } from './fleet/fleet-host.ts'
import { withServerGroups } from './fleet/nova-instances.ts'
import { several } from './fleet/several.ts'
import type { PlanHostOptions } from './plan-host.ts'
import { fleetOf } from './plan-host.ts'

/**
 * Plans which guests would have to move so that hosts are evenly full. Starts nothing. Hosts that do not answer, or are drained, take
 * no part; which did not answer is told.
 *
 * @throws LandfallError `unknown-host`
 */
export async function planFleetRebalance(request: RebalanceRequest, options: PlanHostOptions): Promise<RebalancePlan> {
  const { drains, clock, nova, onUpdate } = options
  const { headroomBytes, mostVcpusPerCpu, limits } = request
  const sessions = request.hosts?.map((name) => hostNamed(options.sessions, name)) ?? options.sessions
  onUpdate({ kind: 'step', at: clock.now(), message: `looking for the guests of ${sessions.length} hosts` })
  const untold = new Map<string, string>()
  const found = await several(sessions, asksAtOnce, async (session): Promise<readonly FleetGuest[]> => {
    const { name } = session.host
    try {
      return await runningGuests(await session.connection(), name)
    } catch (error) {
      untold.set(name, error instanceof Error ? error.message : String(error))
      return []
    }
  })
  let guests: readonly FleetGuest[] = found.flat()
  const fleet = await fleetOf(sessions, guests, { draining: drainedHosts(drains), mostVcpusPerCpu })
  // One that answers by now is not to be taken for empty.
  let hosts: readonly FleetHost[] = fleet.map((host): FleetHost => {
    const why = untold.get(host.name)
    return why === undefined ? host : { ...host, availability: { kind: 'silent', why } }
  })
  const fit = new Fitness({ ...options, sessions })
  const choose = () =>
    fit.place(guests, (unfit) =>
      chooseRebalance(hosts, guests, {
        headroomBytes,
        unfit,
        promised: promisedBy(drains),
        isMovable: ({ uuid }) => !fit.looked.has(uuid),
      }),
    )
  let placements = await choose()
  // Server groups are asked for of those alone that are to move: of a fleet these are few.
  const asked = new Set<string>()
  for (;;) {
    const unasked = placements.placements.map(({ guest }) => guest).filter(({ uuid }) => !asked.has(uuid))
    if (nova === null || unasked.length === 0) break
    for (const { uuid } of unasked) asked.add(uuid)
    const labelled = await withServerGroups(nova, unasked, hosts)
    const byUuid = new Map(labelled.guests.map((guest) => [guest.uuid, guest]))
    guests = guests.map((guest) => byUuid.get(guest.uuid) ?? guest)
    ;({ hosts } = labelled)
    placements = await choose()
  }
  const leadMs = await fit.measure(placements, { ...options, hosts })
  return planRebalance({ hosts, placements, looked: fit.looked, limits, leadMs })
}
