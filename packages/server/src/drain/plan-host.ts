import type { DrainRequest } from '@landfall/api'
import type { CannotMove, DrainedGuest, DrainPlan, FleetGuest, FleetHost, Looked, Placements } from '@landfall/core'
import { chooseDestinations, planDrain, wasAskedFor } from '@landfall/core'
import type { HostSession } from '../hosts/host-session.ts'
import { hostNamed } from '../guests/find-guest.ts'
import type { DrainStore, StoredDrain } from '../store/stored-drain.ts'
import { drainedHosts, isUnfinished, promisedBy } from './fleet/closed-hosts.ts'
import type { FitnessOptions, MeasureOptions } from './fleet/fitness.ts'
import { asksAtOnce, Fitness } from './fleet/fitness.ts'
import { fleetHostOf, runningGuests } from './fleet/fleet-host.ts'
import { withServerGroups } from './fleet/nova-instances.ts'
import { several } from './fleet/several.ts'

export interface PlanHostOptions extends FitnessOptions, Omit<MeasureOptions, 'hosts'> {
  /** Those that have not ended, or keep their host closed. */
  readonly drains: readonly StoredDrain[]
}

export interface PlanOneHostOptions extends PlanHostOptions {
  /** Of a host, since its last way back; see {@link DrainStore.sinceLastBack}. */
  readonly sinceLastBack: DrainStore['sinceLastBack']
}

/**
 * Plans a whole host: who is there, where each can go, what it would take. Starts nothing.
 *
 * @throws LandfallError `unknown-host`, `host-unreachable`, `no-drain`
 */
export async function planHost(request: DrainRequest, options: PlanOneHostOptions): Promise<DrainPlan> {
  const { clock, drains } = options
  const step = (message: string): void => options.onUpdate({ kind: 'step', at: clock.now(), message })
  const { host, kind } = request
  const others = kind === 'drain' ? drains : drains.filter((drain) => drain.host !== host)
  step(kind === 'drain' ? `looking for the guests of ${host}` : `looking for the guests that left ${host}`)
  const { found, unseen } = await guestsToMove(request, options)
  const fleet = await fleetFor(request, options.sessions, others, found)
  const { guests, hosts } =
    options.nova === null ? { guests: found, hosts: fleet } : await withServerGroups(options.nova, found, fleet)
  const fit = new Fitness(options)
  for (const [uuid, why] of movedByOthers(others)) fit.looked.set(uuid, why)
  const isHome = kind === 'undrain' ? () => host : undefined
  const placements = await fit.place(guests, (unfit) =>
    chooseDestinations(
      hosts,
      guests.filter(({ uuid }) => !fit.looked.has(uuid)),
      {
        headroomBytes: request.headroomBytes,
        unfit,
        promised: promisedBy(others),
        ...(isHome === undefined ? {} : { only: isHome }),
      },
    ),
  )
  const leadMs = await fit.measure(placements, { ...options, hosts })
  return planDrain({
    kind,
    host,
    hosts,
    placements: withThoseOfNoPlace(placements, guests),
    looked: fit.looked,
    limits: request.limits,
    window: request.window,
    now: clock.now(),
    leadMs,
    unseen,
  })
}

/** Guests that other drains have planned to move, and have not yet: two that move the same guest would each be in the other's way. */
const movedByOthers = (others: readonly StoredDrain[]): ReadonlyMap<string, Looked> =>
  new Map(
    others.flatMap(({ id, host, endedAt, state }) =>
      state.guests
        .filter((guest) => endedAt === null && isUnfinished(guest))
        .map(({ uuid, to }): readonly [string, Looked] => {
          const help = `Wait for the end of that: landfall drain status ${host}`
          return [uuid, { kind: 'obstacle', code: 'being-moved', why: `${id} moves it to ${to}`, help }]
        }),
    ),
  )

/** Every host as a destination. */
export function fleetFor(
  { to, kind, host, mostVcpusPerCpu }: Pick<DrainRequest, 'to' | 'kind' | 'host' | 'mostVcpusPerCpu'>,
  sessions: readonly HostSession[],
  drains: readonly StoredDrain[],
  guests: readonly FleetGuest[],
): Promise<FleetHost[]> {
  const draining = new Map(drainedHosts(drains))
  if (kind === 'drain' && !draining.has(host)) draining.set(host, 'it is the one that is drained')
  for (const name of to ?? []) hostNamed(sessions, name)
  const named = sessions.filter(({ host: { name } }) => to === null || name === host || to.includes(name))
  return fleetOf(named, guests, { draining, mostVcpusPerCpu })
}

/** Those hosts, with what the guests would take of them. */
export function fleetOf(
  sessions: readonly HostSession[],
  guests: readonly FleetGuest[],
  {
    draining,
    mostVcpusPerCpu,
  }: { readonly draining: ReadonlyMap<string, string>; readonly mostVcpusPerCpu: number | null },
): Promise<FleetHost[]> {
  const hugePageBytes = [...new Set(guests.flatMap((guest) => guest.hugePageBytes ?? []))]
  return several(sessions, asksAtOnce, (session) =>
    fleetHostOf(session, { draining: draining.get(session.host.name) ?? null, mostVcpusPerCpu, hugePageBytes }),
  )
}

interface ToMove {
  readonly found: readonly FleetGuest[]
  readonly unseen: readonly CannotMove[]
}

/**
 * Of a drain those that run there; of the way back those that left it and are still where they were moved to. What is on a host that does
 * not answer stays there for now, and keeps nobody else away.
 */
async function guestsToMove(
  { host, kind }: DrainRequest,
  { sessions, sinceLastBack }: PlanOneHostOptions,
): Promise<ToMove> {
  const session = hostNamed(sessions, host)
  // Asked in either case: a host that does not answer is neither emptied nor filled.
  const here = await runningGuests(await session.connection(), host)
  if (kind === 'drain') return { found: here, unseen: [] }
  const home = new Set(here.map(({ uuid }) => uuid))
  const away = [
    ...new Map(awayFrom(await sinceLastBack(host)).map((guest) => [`${guest.uuid} ${guest.at}`, guest])).values(),
  ]
  const places = new Set(away.map(({ at }) => at))
  const asked = await Promise.all(
    // Of a host that is not in use any more nobody knows.
    sessions
      .filter((each) => places.has(each.host.name))
      .map(async (each): Promise<ToMove> => {
        const { name } = each.host
        const gone = away.filter(({ at, uuid }) => at === name && !home.has(uuid))
        try {
          const there = await runningGuests(await each.connection(), name)
          // One that somebody has moved on since is no longer ours to bring back.
          return { found: there.filter((guest) => gone.some(({ uuid }) => guest.uuid === uuid)), unseen: [] }
        } catch (error) {
          const why = `${name} does not answer: ${error instanceof Error ? error.message : String(error)}`
          return { found: [], unseen: gone.map((guest) => unseenOn(name, guest, why)) }
        }
      }),
  )
  return { found: asked.flatMap(({ found }) => found), unseen: asked.flatMap(({ unseen }) => unseen) }
}

const unseenOn = (at: string, { uuid, guest, memoryBytes }: Away, why: string): CannotMove => ({
  guest,
  uuid,
  owner: null,
  memoryBytes,
  code: 'host-unreachable',
  why,
  help: [`bring it home once ${at} answers`],
  at,
})

interface Away {
  readonly uuid: string
  readonly guest: string
  /** As far as it is known. */
  readonly memoryBytes: number
  readonly at: string
}

/**
 * Where the guests went that are to come back: by every drain since the last way back, one that was stopped included, since one that
 * was begun again moved only what the one before had left; and where that way back has left them, or has left them out. Of what the
 * newest drain moved before it, in any case what no way back has brought since: on a host that was not in use then they have looked for
 * nobody. Of whoever a drain has given up on a way back has found out where it is. Pure.
 */
function awayFrom(since: readonly StoredDrain[]): readonly Away[] {
  const backs = since.filter(({ state }) => state.kind === 'undrain')
  return since.flatMap((each) => {
    const { kind, guests, leftOut } = each.state
    const later = backs.filter(({ beganAt }) => beganAt > each.beganAt)
    const home = new Set(later.flatMap(({ state }) => state.guests.filter(hasMoved).map(({ uuid }) => uuid)))
    if (kind === 'drain') {
      return guests.flatMap((guest) => {
        const at = hasMoved(guest) ? guest.to : later.length === 0 ? whereItMayBe(guest) : null
        return at === null || home.has(guest.uuid) ? [] : [awayAt(guest, at)]
      })
    }
    return [
      ...guests.flatMap((guest) => (hasMoved(guest) || home.has(guest.uuid) ? [] : [awayAt(guest, guest.from)])),
      ...leftOut.flatMap(({ guest, uuid, at }) =>
        uuid === undefined || at === undefined || home.has(uuid) ? [] : [{ guest, uuid, at, memoryBytes: 0 }],
      ),
    ]
  })
}

const hasMoved = ({ stage }: DrainedGuest): boolean => stage.kind === 'moved'

/**
 * Where one that a drain has given up on may have arrived after all: its destination had fallen silent just then, or a person brought
 * its move to an end. Null where no move of it was begun. Of one that is not there nothing comes of it.
 */
function whereItMayBe({ stage, attempts }: DrainedGuest): string | null {
  const last = attempts.at(-1)
  return stage.kind === 'left' && last !== undefined && wasAskedFor(last) ? last.to : null
}

const awayAt = ({ uuid, guest, memoryBytes }: Omit<Away, 'at'>, at: string): Away => ({ uuid, guest, memoryBytes, at })

/** Those with an obstacle of their own had no place; they are told with it. */
function withThoseOfNoPlace(chosen: Placements, guests: readonly FleetGuest[]): Placements {
  const placed = new Map(chosen.placements.map((placement) => [placement.guest.uuid, placement]))
  // A host's name does not matter to one that cannot go anywhere.
  return { ...chosen, placements: guests.map((guest) => placed.get(guest.uuid) ?? { guest, to: guest.host }) }
}
