import type { FindingCode, PlanUpdate } from '@landfall/api'
import type { FleetGuest, FleetHost, Looked, Placements } from '@landfall/core'
import { adviceText, LandfallError } from '@landfall/core'
import type { Clock } from '../../clock.ts'
import type { NovaApi } from '../../cloud/nova.ts'
import { hostNamed } from '../../guests/find-guest.ts'
import { isNovas } from '../../guests/novas-instance.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import { check, obstacles } from '../../plan/preflight/check.ts'
import { gather } from '../../plan/preflight/gather.ts'
import type { MadePlan } from '../../run/request/carry-request.ts'
import type { FreshPlans } from './fresh-plans.ts'
import { novasObstacle } from './nova-instances.ts'
import { several } from './several.ts'

export interface FitnessOptions {
  readonly sessions: readonly HostSession[]
  readonly clock: Clock
  /** Null where no cloud is known. */
  readonly nova: NovaApi | null
  readonly onUpdate: (update: PlanUpdate) => void
}

export interface MeasureOptions extends Pick<FitnessOptions, 'clock' | 'onUpdate'> {
  /** The plan of one migration, measured. */
  readonly makePlan: (guest: string, to: string) => Promise<MadePlan>
  /** Where those plans are kept for their launch. */
  readonly plans: FreshPlans
  /** Those where the guests run, among others. */
  readonly hosts: readonly FleetHost[]
}

/** Where nothing is left to be measured: the first look, and what is asked of the hosts then. */
const aLookMs = 1000
/** Pairs of hosts that are asked at a time, and guests that are measured at a time: each takes monitor commands and reads pages. */
export const asksAtOnce = 4
const mostMeasuredAtOnce = 6

/** Probes take their host the better part of a core each: more than it has cores slow down the guests that are to be measured. */
export function measuredAtOnce(guests: readonly FleetGuest[], hosts: readonly FleetHost[]): number {
  const sources = new Set(guests.map(({ host }) => host))
  const cores = hosts.filter(({ name }) => sources.has(name)).map(({ cpus }) => cpus ?? Infinity)
  return Math.max(1, Math.min(mostMeasuredAtOnce, cores.reduce((sum, each) => sum + each, 0) || mostMeasuredAtOnce))
}

/** Obstacles that no other host would take away. */
const ofTheGuest: readonly FindingCode[] = ['guest-running', 'owner', 'no-other-job', 'host-devices']

/** What libvirt says of guests on hosts, asked once for each pair that is wanted. */
export class Fitness {
  readonly looked = new Map<string, Looked>()
  readonly #options: FitnessOptions
  readonly #asked = new Map<string, string | null>()

  constructor(options: FitnessOptions) {
    this.#options = options
  }

  /** Chooses, asks about what was chosen, and chooses again where something speaks against it. */
  async place<Chosen extends Placements>(
    guests: readonly FleetGuest[],
    choose: (unfit: (guest: FleetGuest, host: string) => string | null) => Chosen,
  ): Promise<Chosen> {
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
  async measure(
    { placements }: Placements,
    { clock, makePlan, plans, hosts, onUpdate }: MeasureOptions,
  ): Promise<number> {
    let begun = 0
    const placed = placements.flatMap(({ guest, to }) => (to === null ? [] : [{ guest, to }]))
    const atOnce = measuredAtOnce(
      placed.map(({ guest }) => guest),
      hosts,
    )
    const times = await several(placed, atOnce, async ({ guest, to }) => {
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
        this.#asked.set(pair(guest, to), 'it is not there any more')
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
