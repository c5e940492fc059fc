import type { DrainRequest, FindingCode, PlanUpdate } from '@landfall/api'
import type { DrainPlan, FleetGuest, FleetHost, Looked, Placements } from '@landfall/core'
import { adviceText, chooseDestinations, LandfallError, planDrain } from '@landfall/core'
import type { Clock } from '../clock.ts'
import type { NovaApi } from '../cloud/nova.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { hostNamed } from '../guests/find-guest.ts'
import { isNovas } from '../guests/novas-instance.ts'
import { check, obstacles } from '../plan/preflight/check.ts'
import { gather } from '../plan/preflight/gather.ts'
import type { MadePlan } from '../run/request/carry-request.ts'
import type { StoredDrain } from '../store/stored-drain.ts'
import { drainedHosts, promisedBy } from './fleet/closed-hosts.ts'
import { fleetHostOf, runningGuests } from './fleet/fleet-host.ts'
import type { FreshPlans } from './fleet/fresh-plans.ts'
import { novasObstacle, withServerGroups } from './fleet/nova-instances.ts'
import { several } from './fleet/several.ts'

export interface PlanHostOptions {
  readonly sessions: readonly HostSession[]
  readonly clock: Clock
  /** Null where no cloud is known. */
  readonly nova: NovaApi | null
  /** Those that have not ended, or keep their host closed. */
  readonly drains: readonly StoredDrain[]
  /** The plan of one migration, measured. */
  readonly makePlan: (guest: string, to: string) => Promise<MadePlan>
  /** Where those plans are kept for their launch. */
  readonly plans: FreshPlans
  readonly onUpdate: (update: PlanUpdate) => void
}

/** Where nothing is left to be measured: the first look, and what is asked of the hosts then. */
const aLookMs = 1000
/** Pairs of hosts that are asked at a time, and guests that are measured at a time: each takes monitor commands and reads pages. */
const asksAtOnce = 4
const measuredAtOnce = 6

/**
 * Plans a whole host: who is there, where each can go, what it would take. Starts nothing.
 *
 * @throws LandfallError `unknown-host`, `host-unreachable`, `no-drain`
 */
export async function planHost(request: DrainRequest, options: PlanHostOptions): Promise<DrainPlan> {
  const { clock, drains } = options
  const step = (message: string): void => options.onUpdate({ kind: 'step', at: clock.now(), message })
  const { host, kind } = request
  const others = kind === 'drain' ? drains : drains.filter((drain) => drain.host !== host)
  step(kind === 'drain' ? `looking for the guests of ${host}` : `looking for the guests that left ${host}`)
  const found = await guestsToMove(request, options)
  const fleet = await fleetFor(request, options.sessions, others, found)
  const { guests, hosts } =
    options.nova === null ? { guests: found, hosts: fleet } : await withServerGroups(options.nova, found, fleet)
  const fit = new Fitness(options)
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
  const leadMs = await fit.measure(placements)
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
  })
}

/** Every host as a destination. */
export function fleetFor(
  { to, kind, host, mostVcpusPerCpu }: Pick<DrainRequest, 'to' | 'kind' | 'host' | 'mostVcpusPerCpu'>,
  sessions: readonly HostSession[],
  drains: readonly StoredDrain[],
  guests: readonly FleetGuest[],
): Promise<FleetHost[]> {
  const draining = new Map(drainedHosts(drains))
  if (kind === 'drain' && !draining.has(host)) draining.set(host, 'it is the one that is drained')
  const hugePageBytes = [...new Set(guests.flatMap((guest) => guest.hugePageBytes ?? []))]
  for (const name of to ?? []) hostNamed(sessions, name)
  const named = sessions.filter(({ host: { name } }) => to === null || name === host || to.includes(name))
  return several(named, asksAtOnce, (session) =>
    fleetHostOf(session, { draining: draining.get(session.host.name) ?? null, mostVcpusPerCpu, hugePageBytes }),
  )
}

/** Of a drain those that run there; of the way back those that the newest drain moved away, where they still are. */
async function guestsToMove(
  { host, kind }: DrainRequest,
  { sessions, drains }: PlanHostOptions,
): Promise<readonly FleetGuest[]> {
  const session = hostNamed(sessions, host)
  // Asked in either case: a host that does not answer is neither emptied nor filled.
  const here = await runningGuests(await session.connection(), host)
  if (kind === 'drain') return here
  const drain = drains.find((each) => each.host === host && each.state.kind === 'drain')
  const moved = (drain?.state.guests ?? []).filter(({ stage }) => stage.kind === 'moved')
  const places = new Set(moved.map(({ to }) => to))
  const found = await Promise.all(
    sessions
      .filter(({ host: { name } }) => places.has(name))
      .map(async (each) => runningGuests(await each.connection(), each.host.name)),
  )
  // One that somebody has moved on since is no longer ours to bring back.
  return found.flat().filter(({ uuid, host: at }) => moved.some((guest) => guest.uuid === uuid && guest.to === at))
}

/** Obstacles that no other host would take away. */
const ofTheGuest: readonly FindingCode[] = ['guest-running', 'owner', 'no-other-job', 'host-devices']

/** What libvirt says of guests on hosts, asked once for each pair that is wanted. */
class Fitness {
  readonly looked = new Map<string, Looked>()
  readonly #options: PlanHostOptions
  readonly #asked = new Map<string, string | null>()

  constructor(options: PlanHostOptions) {
    this.#options = options
  }

  /** Chooses, asks about what was chosen, and chooses again where something speaks against it. */
  async place(
    guests: readonly FleetGuest[],
    choose: (unfit: (guest: FleetGuest, host: string) => string | null) => Placements,
  ): Promise<Placements> {
    const { sessions, clock, onUpdate } = this.#options
    if (guests.length > 0) {
      onUpdate({
        kind: 'step',
        at: clock.now(),
        message: `asking ${sessions.length} hosts who takes which of ${guests.length} guests`,
      })
    }
    for (;;) {
      const chosen = choose((guest, host) => this.#asked.get(pair(guest, host)) ?? null)
      const toAsk = chosen.placements.flatMap(({ guest, to }) =>
        to === null || this.#asked.has(pair(guest, to)) ? [] : [{ guest, to }],
      )
      if (toAsk.length === 0) return chosen
      await several(toAsk, asksAtOnce, ({ guest, to }) => this.#ask(guest, to))
    }
  }

  /** Measures and plans each that has a place; how long it takes from then until the first can be launched. */
  async measure({ placements }: Placements): Promise<number> {
    const { clock, makePlan, plans, onUpdate } = this.#options
    let begun = 0
    const placed = placements.flatMap(({ guest, to }) => (to === null ? [] : [{ guest, to }]))
    const times = await several(placed, measuredAtOnce, async ({ guest, to }) => {
      const beganAt = clock.now()
      try {
        const message = `measuring ${guest.name}, to go to ${to} (${++begun} of ${placed.length})`
        onUpdate({ kind: 'step', at: beganAt, message })
        const made = await makePlan(guest.uuid, to)
        const { plan, facts } = made.migration
        plans.add(made)
        this.looked.set(guest.uuid, { kind: 'planned', plan, facts })
      } catch (error) {
        this.looked.set(guest.uuid, obstacleOf(error))
      }
      return clock.now() - beganAt
    })
    if (plans.areFresh) return aLookMs
    return times.length === 0 ? 0 : times.reduce((sum, each) => sum + each, 0) / times.length
  }

  async #ask(guest: FleetGuest, to: string): Promise<void> {
    const { sessions } = this.#options
    const source = hostNamed(sessions, guest.host)
    try {
      const domain = await source.find(guest.uuid)
      if (domain === null) {
        this.looked.set(guest.uuid, {
          kind: 'obstacle',
          code: 'gone',
          why: 'it is not there any more',
          help: 'Plan again',
        })
        return
      }
      const { facts, description } = await gather(domain, source, hostNamed(sessions, to))
      const novas = isNovas(description) ? await novasObstacle(this.#options.nova, guest.uuid) : null
      if (novas !== null) this.looked.set(guest.uuid, novas)
      // Of memory the choice keeps account for all guests together.
      const [first] = obstacles(check(facts)).filter(({ code }) => code !== 'memory')
      if (first !== undefined && ofTheGuest.includes(first.code)) {
        const help = adviceText(first.next, wordOf)
        this.looked.set(guest.uuid, { kind: 'obstacle', code: first.code, why: first.message, help })
      }
      this.#asked.set(pair(guest, to), first?.message ?? null)
    } catch (error) {
      this.#asked.set(pair(guest, to), error instanceof Error ? error.message : String(error))
    }
  }
}

const pair = ({ uuid }: FleetGuest, host: string): string => `${uuid} ${host}`

const wordOf = ({ action }: { readonly action: string }): string => action

function obstacleOf(error: unknown): Looked {
  if (!(error instanceof LandfallError)) throw error
  const help = error.next === undefined ? '' : adviceText(error.next, wordOf)
  return { kind: 'obstacle', code: error.code, why: error.message, help }
}

/** Those with an obstacle of their own had no place; they are told with it. */
function withThoseOfNoPlace({ placements, left }: Placements, guests: readonly FleetGuest[]): Placements {
  const placed = new Map(placements.map((placement) => [placement.guest.uuid, placement]))
  // A host's name does not matter to one that cannot go anywhere.
  return { placements: guests.map((guest) => placed.get(guest.uuid) ?? { guest, to: guest.host }), left }
}
