import { randomUUID } from 'node:crypto'
import type { Drain, DrainChange, DrainClient, DrainRequest, PlanUpdate } from '@landfall/api'
import { usualDrainLimits } from '@landfall/api'
import type { DrainedGuest, DrainPlan, DrainState } from '@landfall/core'
import { chooseDestinations, drainProgress, formatBytes, waitedForIn } from '@landfall/core'
import { evenly } from '../clock.ts'
import { serverError } from '../errors.ts'
import { findGuest } from '../guests/find-guest.ts'
import { migrationId } from '../run/migration-id.ts'
import type { MadePlan } from '../run/request/carry-request.ts'
import type { RunContext } from '../run/start/context.ts'
import { ownIdentity } from '../store/driver-identity.ts'
import type { DrainHolder, StoredDrain } from '../store/stored-drain.ts'
import { alreadyDraining } from '../store/stored-drain.ts'
import { assertGoes, outOfReach, stateOf } from './begun-drain.ts'
import type { CarryOptions } from './carry/carry-drain.ts'
import { carryDrain } from './carry/carry-drain.ts'
import { isOnAnotherMachine, isSurelyGone } from './carry/is-surely-gone.ts'
import type { MovePort } from './carry/moves.ts'
import { whileBeating } from './carry/while-beating.ts'
import { hostsNeededBy, promisedBy } from './fleet/closed-hosts.ts'
import { runningGuests } from './fleet/fleet-host.ts'
import { novaWhereKnown } from './fleet/nova-instances.ts'
import { beginAtNova, novasService } from './fleet/novas-service.ts'
import { FreshPlans } from './fleet/fresh-plans.ts'
import { ofTheWhole } from './of-the-whole.ts'
import type { PlanHostOptions } from './plan-host.ts'
import { fleetFor, planHost } from './plan-host.ts'
import { planFleetRebalance } from './plan-rebalance.ts'

export interface DrainsOptions {
  readonly context: Pick<RunContext, 'sessions' | 'store' | 'clock' | 'nova'>
  readonly port: MovePort
  readonly makePlan: (
    request: { readonly guest: string; readonly to: string; readonly wanted: DrainRequest['wanted'] },
    onUpdate: (update: PlanUpdate) => void,
  ) => Promise<MadePlan>
  /** Told of what keeps a drain from being driven, once for as long as it is the same. */
  readonly onFailed?: ((id: string, error: unknown) => void) | undefined
}

/** Another that begins at the same moment has the plan made again, so often at most. */
const mostPlans = 5

/** Hosts that are emptied, or filled again, by this process or another. */
export class Drains implements DrainClient {
  readonly #options: DrainsOptions
  readonly #context: DrainsOptions['context']
  readonly #driven = new Map<string, Promise<void>>()
  readonly #movingHere = new Map<string, readonly DrainedGuest[]>()
  /** What keeps those that are driven here from going on now. */
  readonly #trouble = new Map<string, string>()
  readonly #stopping = new AbortController()
  /** Whether this process takes over, sooner or later, whatever falls quiet. */
  #looksAgain = false

  constructor(options: DrainsOptions) {
    this.#options = options
    this.#context = options.context
  }

  readonly plan: DrainClient['plan'] = async (request, onUpdate) =>
    this.#plan(request, onUpdate, await this.#context.store.drains.list())

  readonly start: DrainClient['start'] = async (request, onUpdate) => {
    const { store, clock } = this.#context
    for (let made = 0; made < mostPlans; made++) {
      const drains = await store.drains.list()
      const rival = drains.find(({ host, endedAt }) => host === request.host && endedAt === null)
      if (rival !== undefined) throw alreadyDraining(rival)
      const plans = new FreshPlans(clock)
      const plan = await this.#plan(request, onUpdate, drains, plans)
      assertGoes(plan, request)
      const beganAt = clock.now()
      const id = migrationId(request.host, new Date(beganAt))
      const holder = this.#holder()
      const state = stateOf(id, plan, request, beganAt)
      const control = { mode: state.mode, limits: state.limits }
      const seen = drains.filter(({ endedAt }) => endedAt === null).map((drain) => drain.id)
      if (!(await store.drains.begin({ id, host: request.host, beganAt, holder, control, request, state }, seen)))
        continue
      // Not before it is sure that it is this drain's to say.
      await whileBeating({ drains: store.drains, clock, id, holder }, () => beginAtNova(this.#context, state)).catch(
        (error: unknown) => this.#endAtOnce({ id, state, holder }, error),
      )
      if (request.kind === 'undrain') await this.#giveBack(request.host, drains)
      this.#drive({ id, request, state }, holder, plans)
      return this.#shown(id)
    }
    throw serverError(
      'already-draining',
      `other drains began ${mostPlans} times while this one was planned`,
      'Ask for it again in a moment',
    )
  }

  readonly list: DrainClient['list'] = async () => {
    const drains = await this.#context.store.drains.list()
    return drains.map((drain) => this.#show(drain))
  }

  readonly of: DrainClient['of'] = async (host) => this.#show(await this.#newest(host))

  readonly change: DrainClient['change'] = async (host, change) => {
    const { store } = this.#context
    const drain = await this.#newest(host)
    const { id } = drain
    // Before it is written down: what is refused changes nothing, and whoever takes it over later would begin what was paused.
    if (change.kind === 'resume') await this.#assertGoesOn(drain)
    if (drain.endedAt !== null || !(await store.drains.control(id, controlBy(change)))) {
      const now = await store.drains.read(id)
      const isStopping = now?.endedAt === null
      throw serverError(
        'no-drain',
        isStopping
          ? `${id} is being stopped: it lands what is on its way, and ends`
          : `${id} has ended: nothing of it can be changed`,
        `Begin another${isStopping ? ' then' : ''}: landfall ${drain.state.kind} ${drain.host}`,
      )
    }
    if (change.kind === 'stop' || (change.kind === 'resume' && this.#reaches(drain))) await this.#takeUp(drain)
    return this.#shown(id)
  }

  readonly place: DrainClient['place'] = async (guest) => {
    const { sessions, store } = this.#context
    const { domain, session } = await findGuest(sessions, guest)
    const from = session.host.name
    const found = (await runningGuests(await session.connection(), from)).find(({ uuid }) => uuid === domain.uuid)
    if (found === undefined) throw serverError('not-running', `${domain.name} does not run`, 'Name a destination: --to')
    const drains = await store.drains.list()
    const hosts = await fleetFor({ host: from, kind: 'drain', to: null, mostVcpusPerCpu: null }, sessions, drains, [
      found,
    ])
    const { placements, left } = chooseDestinations(hosts, [found], { promised: promisedBy(drains) })
    const [placement] = placements
    if (placement === undefined || placement.to === null) {
      const why = placement?.because.map((each) => `${each.host}: ${each.why}`).join('; ') ?? ''
      throw serverError(
        'no-room',
        `no host takes ${domain.name}: ${why}`,
        'Free room on one of them, or name one: --to',
      )
    }
    const { to } = placement
    const free = left.find(({ host }) => host === to)?.freeBytes ?? 0
    return {
      guest: domain.name,
      to,
      why: `the largest share of its memory is free: ${formatBytes(free)} are left then`,
    }
  }

  readonly rebalance: DrainClient['rebalance'] = async (request, onUpdate) =>
    planFleetRebalance(request, await this.#planning(request, onUpdate, await this.#context.store.drains.list()))

  /** Drives to their end those whose driver is gone; looks again and again until it is stopped. */
  async takeOver(
    onTaken: (id: string) => void,
    onFailed: (error: unknown) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, clock } = this.#context
    // Whoever is gone is so, whatever is done to the wall clock.
    const { now } = evenly(clock)
    this.#looksAgain = true
    const beats = new Map<string, { readonly beat: number; readonly since: number }>()
    while (!signal.aborted) {
      try {
        for (const drain of await store.drains.list()) {
          if (drain.endedAt !== null || this.#driven.has(drain.id) || !this.#reaches(drain)) continue
          const before = beats.get(drain.id)
          if (before?.beat !== drain.beat) beats.set(drain.id, { beat: drain.beat, since: now() })
          const isQuiet = before?.beat === drain.beat && now() - before.since > quietMs
          if (isSurelyGone(drain.holder) || isQuiet) if (await this.#take(drain)) onTaken(drain.id)
        }
      } catch (error) {
        onFailed(error)
      }
      await clock.sleep(lookEveryMs, signal)
    }
  }

  /** Lets go of every drain that is driven here: another can take it up. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#driven.values())
  }

  async #plan(
    request: DrainRequest,
    onUpdate: (update: PlanUpdate) => void,
    drains: readonly StoredDrain[],
    plans = new FreshPlans(this.#context.clock),
  ): Promise<DrainPlan> {
    const planning = await this.#planning(request, onUpdate, drains, plans)
    return planHost(request, { ...planning, sinceLastBack: this.#context.store.drains.sinceLastBack })
  }

  async #planning(
    { wanted }: Pick<DrainRequest, 'wanted'>,
    onUpdate: (update: PlanUpdate) => void,
    drains: readonly StoredDrain[],
    plans = new FreshPlans(this.#context.clock),
  ): Promise<PlanHostOptions> {
    const { sessions, clock, nova } = this.#context
    const tell = ofTheWhole(onUpdate)
    const makePlan: PlanHostOptions['makePlan'] = (guest, to) => this.#options.makePlan({ guest, to, wanted }, tell)
    return { sessions, clock, nova: await novaWhereKnown(nova), drains, onUpdate, plans, makePlan }
  }

  /** Nothing of it was begun. @throws what kept it from that */
  async #endAtOnce(
    { id, state, holder }: { readonly id: string; readonly state: DrainState; readonly holder: DrainHolder },
    error: unknown,
  ): Promise<never> {
    const { store, clock } = this.#context
    const { kind, host } = state
    const end = { outcome: 'stopped', at: clock.now(), next: `landfall ${kind} ${host}` } as const
    await store.drains.save(id, holder, { ...state, mode: 'stopping', waitingFor: 'nothing', end })
    throw error
  }

  async #giveBack(host: string, drains: readonly StoredDrain[]): Promise<void> {
    const { store, clock } = this.#context
    for (const drain of drains) {
      if (drain.host === host && drain.releasedAt === null) await store.drains.release(drain.id, clock.now())
    }
  }

  async #newest(host: string): Promise<StoredDrain> {
    const drain = (await this.#context.store.drains.list()).find((each) => each.host === host || each.id === host)
    if (drain !== undefined) return drain
    throw serverError('no-drain', `there is no drain of ${host}`, `Begin one: landfall drain ${host}`)
  }

  async #shown(id: string): Promise<Drain> {
    const drain = await this.#context.store.drains.read(id)
    if (drain === null) throw serverError('no-drain', `there is no drain ${id}`, 'See them: landfall drain status')
    return this.#show(drain)
  }

  #show({ id, state, control, endedAt, holder }: StoredDrain): Drain {
    const now = this.#context.clock.now()
    const trouble = this.#trouble.get(id)
    const drivenHere = endedAt === null && this.#driven.has(id)
    const driven = endedAt === null ? drivenHere || !isSurelyGone(holder) : null
    const waitingFor =
      trouble === undefined
        ? waitedForIn(control.mode, state, driven === true)
        : `what keeps it from going on: ${trouble}`
    const told: DrainState = endedAt === null ? { ...state, ...control, waitingFor } : state
    return { state: told, progress: drainProgress(told, now), driven, drivenHere }
  }

  /** @throws LandfallError `unknown-host` where nobody drives it, and it could be stopped from here, and not carried on */
  async #assertGoesOn(drain: StoredDrain): Promise<void> {
    const isOver = drain.endedAt !== null || drain.control.mode === 'stopping'
    if (isOver || this.#looksAgain || this.#driven.has(drain.id) || this.#reaches(drain)) return
    if (await this.#isLeft(drain)) throw outOfReach(drain)
  }

  async #takeUp(drain: StoredDrain): Promise<void> {
    if (!this.#driven.has(drain.id) && (await this.#isLeft(drain))) await this.#take(drain)
  }

  async #isLeft(drain: StoredDrain): Promise<boolean> {
    return isSurelyGone(drain.holder) || (await this.#hasFallenQuiet(drain))
  }

  /**
   * Whether a driver on another machine is gone. A service finds that out later by itself; where none looks again, nobody would drive
   * what is not taken up now.
   */
  async #hasFallenQuiet({ id, holder, beat }: StoredDrain): Promise<boolean> {
    if (this.#looksAgain || !isOnAnotherMachine(holder)) return false
    const { store, clock } = this.#context
    const { now } = evenly(clock)
    const until = now() + quietMs
    while (now() <= until) {
      await clock.sleep(lookEveryMs, this.#stopping.signal)
      const row = await store.drains.read(id)
      if (this.#stopping.signal.aborted || row?.endedAt !== null || row.beat !== beat) return false
    }
    return true
  }

  /** Whoever does not know its hosts sees none of its guests: it is another's to take over. */
  #reaches({ host, state }: StoredDrain): boolean {
    const known = new Set(this.#context.sessions.map((session) => session.host.name))
    return hostsNeededBy({ host, state }).every((name) => known.has(name))
  }

  async #take(drain: StoredDrain): Promise<boolean> {
    const holder = this.#holder()
    if (!(await this.#context.store.drains.takeOver(drain.id, drain, holder))) return false
    // Whoever had it before may have died before it could tell Nova, or give the host back.
    this.#drive(drain, holder, undefined, async () => {
      await novasService(this.#context, drain.request)
      if (drain.request.kind === 'undrain')
        await this.#giveBack(
          drain.host,
          (await this.#context.store.drains.list()).filter(({ beganAt }) => beganAt < drain.beganAt),
        )
    })
    return true
  }

  #drive(
    { id, request, state }: Pick<StoredDrain, 'id' | 'request' | 'state'>,
    holder: DrainHolder,
    plans = new FreshPlans(this.#context.clock),
    before = (): Promise<void> => Promise.resolve(),
  ): void {
    const driving = this.#untilItEnds({ id, request, state }, holder, plans, before).finally(() => {
      this.#driven.delete(id)
      this.#trouble.delete(id)
    })
    this.#driven.set(id, driving)
  }

  /** What goes wrong is not the end of a drain: a store or a host that is away comes back. */
  async #untilItEnds(
    drain: Pick<StoredDrain, 'id' | 'request' | 'state'>,
    holder: DrainHolder,
    plans: FreshPlans,
    before: () => Promise<void>,
  ): Promise<void> {
    const { store, clock } = this.#context
    const { signal } = this.#stopping
    let { state } = drain
    while (!signal.aborted) {
      try {
        const options: CarryOptions = {
          context: this.#context,
          port: this.#options.port,
          drain: { ...drain, state },
          holder,
          plans,
          onHeld: (error) => this.#options.onFailed?.(drain.id, error),
          movingHere: this.#movingHere,
          before,
          onState: (next) => {
            state = next
            this.#trouble.delete(drain.id)
          },
          signal,
        }
        return await whileBeating({ drains: store.drains, clock, id: drain.id, holder }, () => carryDrain(options))
      } catch (error) {
        this.#tellTrouble(drain.id, error)
        await clock.sleep(lookEveryMs, signal)
        const row = await store.drains.read(drain.id).catch(() => null)
        if (row !== null) ({ state } = row)
      }
    }
  }

  #tellTrouble(id: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (this.#trouble.get(id) === message) return
    this.#trouble.set(id, message)
    this.#options.onFailed?.(id, error)
  }

  #holder(): DrainHolder {
    return { ...ownIdentity(), term: randomUUID() }
  }
}

const lookEveryMs = 2000
/** A driver on another machine writes every 3 s; one that was silent for so long, by our own clock, is taken for gone. */
const quietMs = 20_000

function controlBy(change: DrainChange): Partial<StoredDrain['control']> {
  switch (change.kind) {
    case 'pause':
      return { mode: 'paused' }
    case 'resume':
      return { mode: 'running' }
    case 'stop':
      return { mode: 'stopping' }
    case 'limits':
      return { limits: change.limits }
  }
}

/** A request with what is usual. */
export const usualRequest = (host: string, kind: DrainRequest['kind']): DrainRequest => ({
  host,
  kind,
  wanted: { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' },
  to: null,
  headroomBytes: 0,
  mostVcpusPerCpu: null,
  limits: usualDrainLimits,
  window: null,
  fallback: 'stay',
  partly: false,
})
