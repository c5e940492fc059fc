import type { MigrationRequest } from '@landfall/api'
import type {
  DrainAct,
  DrainedGuest,
  DrainState,
  FleetGuest,
  FleetHost,
  Observation,
  Placements,
  Step,
} from '@landfall/core'
import { chooseDestinations, goneFrom, LandfallError, nextStep, notPrepared, prepared } from '@landfall/core'
import type { NovaApi } from '../../cloud/nova.ts'
import type { RunContext } from '../../run/start/context.ts'
import type { DrainHolder, StoredDrain } from '../../store/stored-drain.ts'
import { asFleetGuest, drainedHosts, isUnfinished, promisedBy } from '../fleet/closed-hosts.ts'
import { Fitness } from '../fleet/fitness.ts'
import { novaWhereKnown, withServerGroups } from '../fleet/nova-instances.ts'
import { giveBackToNova, mayBeDisabled } from '../fleet/novas-service.ts'
import { fleetFor } from '../plan-host.ts'
import type { FreshPlans } from '../fleet/fresh-plans.ts'
import type { MovePort } from './moves.ts'
import { movesOfOthers } from './moves-of-others.ts'
import { errorOf, Moves } from './moves.ts'
import type { Sight } from './see.ts'
import { see, stillOn } from './see.ts'

export interface CarryOptions {
  readonly context: Pick<RunContext, 'sessions' | 'store' | 'clock' | 'nova'>
  readonly port: MovePort
  readonly drain: Pick<StoredDrain, 'id' | 'request' | 'state'>
  readonly holder: DrainHolder
  /** Made for the plan of the whole, a moment ago. */
  readonly plans: FreshPlans
  /** Told what it knows after every step. */
  readonly onState: (state: DrainState) => void
  /** What every drain of this process has under way, by its ID: two that look at the same moment see each other's launches. */
  readonly movingHere: Map<string, readonly DrainedGuest[]>
  /** Told of what keeps it from starting anything, once for as long as it is the same. */
  readonly onHeld: (error: unknown) => void
  /** What has to be done before anything is started; tried again and again, while what goes on is seen to. */
  readonly before: () => Promise<void>
  /** Stops the driving, and nothing else: what is on its way goes on, and another can take the drain up. */
  readonly signal: AbortSignal
}

const lookEveryMs = 1000

/** So long it is taken for granted what libvirt has said of a guest and a host. */
const askAgainMs = 30_000

interface Fleet {
  readonly hosts: readonly FleetHost[]
  readonly guests: readonly FleetGuest[]
}

const placedIn = ({ placements }: Placements): readonly { readonly guest: FleetGuest; readonly to: string }[] =>
  placements.flatMap(({ guest, to }) => (to === null ? [] : [{ guest, to }]))

/**
 * Drives a drain to its end: looks, asks core for the next step, writes that down and then does it. Ends early where another driver
 * took it over.
 */
export async function carryDrain({
  context,
  port,
  drain,
  holder,
  plans,
  onState,
  movingHere,
  onHeld,
  before: prepare,
  signal,
}: CarryOptions): Promise<void> {
  const { sessions, store, clock } = context
  const { id, request } = drain
  const news = new News()
  const moves = new Moves(port, store, () => news.tell())
  let { state } = drain
  let isReady = false
  let held = ''
  let written = ''
  let lastAsked: { readonly at: number; readonly fitness: Fitness } | null = null
  /** False where it is another's by now; of what is the same and leads to nothing, the next look tells. */
  const write = async (next: DrainState, leadsToActs: boolean): Promise<boolean> => {
    state = next
    const text = JSON.stringify(next)
    if (text === written && !leadsToActs) return true
    const isOurs = await store.drains.save(id, holder, next)
    written = text
    onState(next)
    return isOurs
  }
  try {
    while (!signal.aborted) {
      const row = await store.drains.read(id)
      if (row?.holder.term !== holder.term) return
      state = { ...state, ...row.control }
      // All at once: a Nova that does not answer is waited for once.
      await Promise.all(
        state.guests.map(async ({ stage, uuid, to }) => {
          if (stage.kind === 'preparing') await moves.know(stage.migration, uuid)
          if (stage.kind === 'moving') await moves.know(stage.migration, uuid, requestFor(uuid, to, stage.cold))
        }),
      )
      const before = state
      const keptBy = await whatKeeps()
      const seen = await observe()
      // From here to what is noted nothing is awaited.
      const besides = [...movingHere].flatMap(([other, moving]) => (other === id ? [] : moving))
      const step = heldBack(before, { ...seen, others: [...seen.others, ...besides] }, keptBy)
      movingHere.set(
        id,
        step.state.guests.filter(({ stage }) => stage.kind === 'moving'),
      )
      if (!(await write(await givenBack(step.state), step.acts.length > 0))) return
      for (const { uuid, stage } of before.guests) {
        const isOver = step.state.guests.some((guest) => guest.uuid === uuid && !isUnfinished(guest))
        if (stage.kind === 'moving' && isOver) await moves.settle(stage.migration, uuid)
      }
      if (step.state.end !== null) return
      for (const act of step.acts) if (!(await perform(act))) return
      // What was withdrawn takes its time to end.
      if (step.acts.every(({ kind }) => kind === 'withdraw')) await news.wait(clock.sleep(lookEveryMs, signal))
    }
  } finally {
    movingHere.delete(id)
    // Whoever drives it next asks for them again.
    await moves.letGo()
  }

  /**
   * Where it was stopped its host takes guests again, Nova's as well: before its end is known, since another drain may begin then. Of a
   * Nova that cannot be told now its end says so.
   */
  async function givenBack(told: DrainState): Promise<DrainState> {
    const { end } = told
    if (end?.outcome !== 'stopped') return told
    try {
      await giveBackToNova(context, told)
      return told
    } catch {
      return { ...told, end: { ...end, next: mayBeDisabled(told) } }
    }
  }

  /** Null once nothing does any more. */
  async function whatKeeps(): Promise<string | null> {
    if (isReady) return null
    try {
      await prepare()
      isReady = true
      return null
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (why !== held) onHeld(error)
      held = why
      return why
    }
  }

  async function observe(): Promise<Observation> {
    // Ends first, places after them: a guest is then looked for where its end has left it.
    const ended = new Map(
      state.guests.flatMap(({ stage }) =>
        stage.kind === 'preparing' || stage.kind === 'moving'
          ? [[stage.migration, moves.ended(stage.migration)] as const]
          : [],
      ),
    )
    // Hosts may let wait for an answer: what others do is read after that.
    const sight = await see(state, sessions)
    const drains = await store.drains.list()
    const others = drains.filter((each) => each.id !== id && (state.kind === 'drain' || each.host !== state.host))
    const underWay = await movesOfOthers(
      others.filter((each) => !movingHere.has(each.id)),
      sessions,
    )
    const closed = new Map([
      ...drainedHosts(others),
      ...[...sight.silent].map(([host, why]) => [host, `it does not answer: ${why}`] as const),
    ])
    const elsewhere = await elsewhereFrom(closed, others, sight)
    return {
      now: clock.now(),
      seen: sight.seen,
      ended: (migration) => ended.get(migration) ?? null,
      isReady: (migration) => moves.isReady(migration),
      copyLeftMs: (migration) => moves.copyLeftMs(migration, clock.now()),
      copiedFrom: (migration) => moves.copiedFrom(migration),
      closed,
      elsewhere: ({ uuid }) => elsewhere.get(uuid) ?? null,
      others: underWay,
      stillThere:
        state.kind === 'undrain' || state.guests.some(isUnfinished) ? null : await stillOn(state.host, sessions),
    }
  }

  /** New destinations for those that wait for a host that takes nobody now. */
  async function elsewhereFrom(
    closed: ReadonlyMap<string, string>,
    others: readonly StoredDrain[],
    { silent, seen }: Pick<Sight, 'silent' | 'seen'>,
  ): Promise<ReadonlyMap<string, string>> {
    const waiting = state.guests.filter(
      (guest) =>
        guest.stage.kind === 'waiting' &&
        closed.has(guest.to) &&
        // Of one whose own host is silent it is to be known first whether it is there still.
        !silent.has(guest.from) &&
        goneFrom(guest, seen(guest.uuid)) === null,
    )
    if (waiting.length === 0 || state.kind === 'undrain') return new Map()
    const guests = waiting.map(asFleetGuest)
    // A host that is silent does not name those that have come to it, whom others may be kept together with.
    const isUnnamed = ({ stage, to }: DrainedGuest): boolean => stage.kind === 'moved' && silent.has(to)
    const own = state.guests.filter((guest) => (isUnfinished(guest) || isUnnamed(guest)) && !waiting.includes(guest))
    // Whoever took it over may not know every host that was named to whoever began it.
    const known = request.to?.filter((name) => sessions.some(({ host }) => host.name === name)) ?? null
    const fleet = await fleetFor({ ...request, to: known }, sessions, others, guests)
    const choose = (
      { hosts, guests: chosen }: Fleet,
      unfit: (guest: FleetGuest, host: string) => string | null = () => null,
    ): Placements =>
      chooseDestinations(hosts, chosen, {
        headroomBytes: request.headroomBytes,
        promised: [...promisedBy(others), ...own.map((guest) => ({ guest: asFleetGuest(guest), to: guest.to }))],
        unfit: (guest, host) => closed.get(host) ?? unfit(guest, host),
      })
    const possible = placedIn(choose({ hosts: fleet, guests }))
    if (possible.length === 0) return new Map()
    try {
      const nova = await novaWhereKnown(context.nova)
      const those = possible.map(({ guest }) => guest)
      // What Nova's server groups keep apart a host's own metadata does not tell. Nova is asked only of those for whom there is a place.
      const apart = nova === null ? { hosts: fleet, guests: those } : await withServerGroups(nova, those, fleet)
      const chosen = await fitnessNow(nova).place(apart.guests, (unfit) => choose(apart, unfit))
      return new Map(placedIn(chosen).map(({ guest, to }) => [guest.uuid, to]))
    } catch (error) {
      // Where Nova does not answer, they wait on.
      if (!(error instanceof LandfallError)) throw error
      return new Map()
    }
  }

  /** What libvirt says of guests and other hosts, as the plan asked it; kept for a while, since a choice is made at every look. */
  function fitnessNow(nova: NovaApi | null): Fitness {
    const now = clock.now()
    if (lastAsked === null || now - lastAsked.at > askAgainMs)
      lastAsked = { at: now, fitness: new Fitness({ sessions, clock, nova, onUpdate: () => undefined }) }
    return lastAsked.fitness
  }

  function requestFor(guest: string, to: string, cold: boolean): MigrationRequest {
    return { guest, to, wanted: { ...request.wanted, cold }, confirm: false }
  }

  /** False where the drain is another's by now. */
  async function perform(act: DrainAct): Promise<boolean> {
    switch (act.kind) {
      case 'launch':
        moves.launch(act.migration)
        return true
      case 'withdraw':
        await moves.withdraw(act.migration).catch(() => undefined)
        return true
      case 'prepare': {
        const { uuid, to, cold } = act
        const asked = requestFor(uuid, to, cold || request.wanted.cold)
        const next = await moves.prepare(asked, cold ? undefined : plans.take(uuid, to)).then(
          (migration) => prepared(state, uuid, migration, clock.now(), { to, cold: asked.wanted.cold }),
          (error: unknown) => notPrepared(state, uuid, errorOf(error), clock.now()),
        )
        // What cannot be written is no failure of the move: all that wait are let go of, and asked for again.
        return write(next, true)
      }
    }
  }
}

/**
 * The next step; while something keeps it from starting anything, as if it were paused. It has no end before that is done, which its
 * end says as well: that its host takes guests again, or takes none.
 */
function heldBack(state: DrainState, seen: Observation, keptBy: string | null): Step {
  if (keptBy === null || state.mode !== 'running') return nextStep(state, seen)
  const step = nextStep({ ...state, mode: 'paused' }, seen)
  const waitingFor = `what keeps it from going on: ${keptBy}`
  return { ...step, state: { ...step.state, mode: 'running', waitingFor, end: null } }
}

/** Wakes whoever waits, however often it was told meanwhile. */
class News {
  #isNew = false
  #wake: (() => void) | null = null

  tell(): void {
    this.#isNew = true
    this.#wake?.()
  }

  async wait(atMost: Promise<void>): Promise<void> {
    if (!this.#isNew) await Promise.race([atMost, new Promise<void>((resolve) => (this.#wake = resolve))])
    this.#isNew = false
    this.#wake = null
  }
}
