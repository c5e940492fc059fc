import type { DrainAct } from '../drain/step/act.ts'
import { nextStep, notPrepared, prepared } from '../drain/step/next-step.ts'
import type { Ended, Observation, Seen } from '../drain/step/observation.ts'
import type { DrainedGuest, DrainState } from '../drain/state.ts'
import { moveOf } from './fleets.ts'

/** How each try of a guest goes. For tests. */
export type Fate =
  | 'moves'
  | 'fails'
  | 'is-refused'
  | 'cannot-be-asked'
  | 'is-shut-down'
  | 'is-moved-by-another'
  /** Of a cold move: neither host could start it again. */
  | 'is-left-shut-off'

export const drainOf = (guests: readonly DrainedGuest[], change: Partial<DrainState> = {}): DrainState => ({
  id: 'd1',
  kind: 'drain',
  host: 'host1',
  beganAt: 0,
  mode: 'running',
  limits: { perSource: 3, perDestination: 2, fleet: 4 },
  window: null,
  fallback: 'stay',
  mostAttempts: 3,
  guests,
  leftOut: [],
  predictedTotalMs: null,
  waitingFor: '',
  end: null,
  ...change,
})

export const drained = (uuid: string, change: Partial<DrainedGuest> = {}): DrainedGuest => ({
  ...moveOf(uuid, 5),
  guest: uuid,
  memoryBytes: 1e9,
  vcpus: 1,
  stage: { kind: 'waiting', notBefore: 0 },
  attempts: [],
  blockedSince: null,
  ...change,
})

/** A look at which every guest runs where it was, and nothing speaks against a launch. For tests. */
export const quietLook: Observation = {
  now: 30_000,
  seen: () => ({ kind: 'runs', host: 'host1', migrating: false }),
  ended: () => null,
  isReady: () => true,
  copyLeftMs: () => 1500,
  copiedFrom: () => null,
  closed: new Map(),
  elsewhere: () => null,
  others: [],
  stillThere: [],
}

/** Hosts and guests as a drain sees them, a second at a time. For tests. */
export class DrainWorld {
  now = 0
  state: DrainState
  readonly fates: Map<string, Fate[]>
  readonly closed = new Map<string, string>()
  readonly silent = new Set<string>()
  readonly shutOff = new Set<string>()
  readonly at = new Map<string, string | null>()
  readonly migrations = new Map<
    string,
    { uuid: string; to: string; launched: number | null; ended: Ended | null; fate: Fate; cold: boolean }
  >()
  /** Every launch, with those that were under way then, itself included. */
  readonly launches: { readonly uuid: string; readonly to: string; readonly under: readonly string[] }[] = []
  elsewhere: string | null = null
  stillThere: Observation['stillThere'] = []

  constructor(state: DrainState, fates: Readonly<Record<string, readonly Fate[]>> = {}) {
    this.state = state
    this.fates = new Map(Object.entries(fates).map(([uuid, each]) => [uuid, [...each]]))
    for (const { uuid, from } of state.guests) this.at.set(uuid, from)
  }

  /** One look, and what follows from it. */
  step(): void {
    this.now += 1000
    this.#pass()
    const { state, acts } = nextStep(this.state, this.#observation())
    // As it comes back from a store.
    this.state = JSON.parse(JSON.stringify(state)) as DrainState
    for (const act of acts) this.#do(act)
  }

  run(mostSteps = 2000, between: (world: DrainWorld) => void = () => undefined): void {
    for (let steps = 0; steps < mostSteps && this.state.end === null; steps++) {
      between(this)
      this.step()
    }
  }

  /** Whoever drove it is gone: what was not launched is forgotten, what was launched goes on. */
  killDriver(): void {
    for (const [id, migration] of this.migrations) if (migration.launched === null) this.migrations.delete(id)
  }

  stageOf(uuid: string): string | undefined {
    return this.state.guests.find((guest) => guest.uuid === uuid)?.stage.kind
  }

  #pass(): void {
    for (const migration of this.migrations.values()) {
      const { uuid, to, launched, ended, fate } = migration
      if (launched === null || ended !== null || this.now - launched < 3000) continue
      migration.ended = { outcome: 'completed', why: 'landed', next: 'again' }
      if (fate === 'moves') this.at.set(uuid, to)
      else if (fate === 'is-shut-down') this.at.set(uuid, null)
      else if (fate === 'is-left-shut-off') this.shutOff.add(uuid)
      else if (fate === 'is-moved-by-another') this.at.set(uuid, 'elsewhere')
      if (fate !== 'moves')
        migration.ended = { outcome: 'failed', why: `it ${fate}`, next: fate === 'is-refused' ? 'other-way' : 'again' }
    }
  }

  #observation(): Observation {
    const under = [...this.migrations.values()].filter(({ launched, ended }) => launched !== null && ended === null)
    return {
      now: this.now,
      seen: (uuid): Seen => {
        const host = this.at.get(uuid) ?? null
        if (this.shutOff.has(uuid)) return { kind: 'stopped', host: host ?? '', state: 'shutoff' }
        if (host === null) return { kind: 'nowhere' }
        if (this.silent.has(host)) return { kind: 'unknown', why: `${host} is silent` }
        return { kind: 'runs', host, migrating: under.some((each) => each.uuid === uuid) }
      },
      ended: (id) => {
        const migration = this.migrations.get(id)
        return migration === undefined
          ? { outcome: 'not-begun', why: 'its driver is gone', next: 'again' }
          : migration.ended
      },
      isReady: (id) => this.migrations.has(id),
      copyLeftMs: (id) => {
        const launched = this.migrations.get(id)?.launched ?? null
        return launched === null ? null : Math.max(0, launched + 2000 - this.now)
      },
      copiedFrom: (id) => {
        const launched = this.migrations.get(id)?.launched ?? null
        return launched === null || this.now < launched + 500 ? null : launched + 500
      },
      closed: this.closed,
      elsewhere: () => this.elsewhere,
      others: [],
      stillThere: this.state.guests.some(({ stage }) => /waiting|preparing|moving/.test(stage.kind))
        ? null
        : this.stillThere,
    }
  }

  #do(act: DrainAct): void {
    if (act.kind === 'withdraw') {
      this.migrations.delete(act.migration)
      return
    }
    if (act.kind === 'launch') {
      const migration = this.migrations.get(act.migration)
      if (migration === undefined) return
      migration.launched = this.now
      const under = [...this.migrations.values()].filter(({ launched, ended }) => launched !== null && ended === null)
      this.launches.push({ uuid: act.uuid, to: migration.to, under: under.map(({ uuid }) => uuid) })
      return
    }
    const { uuid, to, cold } = act
    const fate = this.fates.get(uuid)?.shift() ?? 'moves'
    if (fate === 'cannot-be-asked') {
      this.state = notPrepared(this.state, uuid, { outcome: 'refused', why: 'no room', next: 'again' }, this.now)
      return
    }
    const id = `m${this.migrations.size}-${this.now}-${uuid}`
    this.migrations.set(id, { uuid, to, launched: null, ended: null, fate, cold })
    this.state = prepared(this.state, uuid, id, this.now, act)
  }
}
