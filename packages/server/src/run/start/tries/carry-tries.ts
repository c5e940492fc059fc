import type { Answer, MigrationReport, MigrationStatus, Role, Wish } from '@landfall/api'
import { can } from '@landfall/api'
import type { SteerState, TryFailure } from '@landfall/core'
import { adopt, advise, afterTry, initialState, intentLater, notAgainWords, retriesIn } from '@landfall/core'
import { evenly } from '../../../clock.ts'
import { serverError } from '../../../errors.ts'
import type { MigrationEntry } from '../../../store/story/entry.ts'
import { LeaseLostError } from '../../../store/store.ts'
import type { MigrationStory } from '../../../store/story/story.ts'
import { everLaunched, nextTryAt } from '../../../store/story/story.ts'
import { failureOf } from '../../live/after-live-try.ts'
import { endedBetweenTries } from '../../live/live-report.ts'
import { describe } from '../../live/settled.ts'
import type { RunningMigration } from '../../running-migration.ts'
import type { CarryOptions } from '../carry.ts'
import { carry } from '../carry.ts'
import type { RunContext } from '../context.ts'
import { endOfOurs } from '../follow/report-of-driver.ts'
import type { PlanAgain } from './next-try.ts'
import { nextTry, placeNow, planByFacts } from './next-try.ts'
import { Wanted } from './wanted.ts'
import { waitingWords } from './words.ts'

export interface CarryTriesOptions extends CarryOptions {
  /** By what the hosts say, where absent. */
  readonly planAgain?: PlanAgain | undefined
}

/**
 * Carries a live migration that was begun here: tried again, under the same lease and in the same story, where it fails for a reason
 * that may pass and its intent permits it. One whose driver died between two tries is gone on with from there.
 */
export const carryTries = (context: RunContext, options: CarryTriesOptions): RunningMigration =>
  new Tries(context, options)

class Tries implements RunningMigration {
  readonly id: string
  readonly guest: RunningMigration['guest']
  readonly source: string
  readonly destination: string
  readonly ended: Promise<MigrationReport>
  readonly #context: RunContext
  readonly #options: CarryTriesOptions
  readonly #planAgain: PlanAgain
  readonly #wanted: Wanted
  #current: RunningMigration | null = null
  /** Where it is between two tries: it waits, and is planned, as one that was not begun. */
  #stage: Extract<MigrationStatus, 'queued' | 'planning' | 'ended'> = 'queued'
  #abort: string | null = null
  readonly #wake = new AbortController()

  constructor(context: RunContext, options: CarryTriesOptions) {
    const { record } = options.story.now
    // It keeps the hosts that it was begun with; and its deadline comes no later because somebody sets the clock.
    this.#context = { ...context, clock: evenly(context.clock) }
    this.#options = options
    this.#wanted = new Wanted(() => options.story.now, options.intentSource)
    this.#planAgain = options.planAgain ?? planByFacts((message) => this.#say(message))
    this.id = record.id
    this.guest = record.guest
    this.source = record.source
    this.destination = record.destination
    this.ended = endOfOurs(this.#context, options.story, this.#run())
  }

  get role(): Role {
    const role = this.#current?.role ?? this.#options.role
    return this.#options.story.lost === null ? role : { ...role, hands: 'off' }
  }

  get isOthers(): boolean {
    return this.#options.story.lost !== null
  }

  readonly status = (): MigrationStatus => this.#current?.status() ?? this.#stage

  readonly wish = (wish: Wish): Answer => {
    const here = wish.kind === 'change-intent' ? this.#wanted.fromThisTry(wish) : wish
    const answer = this.#current?.wish(here) ?? can(this.#stage, wish.kind)
    if (!answer.allowed) return answer
    if (wish.kind === 'change-intent' && this.#current === null) this.#wanted.change(wish)
    if (wish.kind === 'abort') {
      this.#abort = wish.why
      this.#wake.abort()
    }
    return answer
  }

  get #story(): MigrationStory {
    return this.#options.story.now
  }

  async #run(): Promise<MigrationReport> {
    try {
      let report = nextTryAt(this.#story) === null ? await this.#try(this.#options.state) : null
      for (;;) {
        const at = nextTryAt(this.#story)
        if (report !== null && at === null) return report
        report = await this.#again(at ?? this.#context.clock.now())
      }
    } finally {
      this.#stage = 'ended'
      await this.#options.story.letGo()
    }
  }

  /** One try, from its launch on. Null where it failed before anything was asked of a host for it, and another follows. */
  async #try(state: SteerState): Promise<MigrationReport | null> {
    const { story } = this.#options
    const { beganAt } = story.now
    const current = carry(this.#context, {
      ...this.#options,
      role: { origin: 'launched', hands: 'on' },
      state,
      intentSource: this.#wanted.source,
      keepsLease: true,
    })
    this.#current = current
    if (this.#abort !== null) current.wish({ kind: 'abort', why: this.#abort })
    try {
      return await current.ended
    } catch (error) {
      const failure = failureOf(error)
      if (story.now.launched || failure.kind !== 'host-silent') throw error
      const isFirst = story.now.failedTries.length === 0
      if (await this.#fail(failure, describe(error), beganAt)) return null
      if (isFirst) throw error
      this.#current = null
      return await this.#end()
    } finally {
      this.#current = null
      this.#stage = nextTryAt(story.now) === null ? 'ended' : 'queued'
    }
  }

  /** Waits, looks, plans, and tries. Null where still another try follows. */
  async #again(at: number): Promise<MigrationReport | null> {
    const { clock } = this.#context
    const { onUpdate } = this.#options
    const { failedTries } = this.#story
    const last = failedTries.at(-1)
    const [number, told] = [failedTries.length, clock.now()]
    this.#stage = 'queued'
    if (last !== undefined) {
      const message = waitingWords(last, number, at - told)
      onUpdate({ kind: 'try-failed', at: told, number, againAt: at, message })
    }
    await clock.sleep(Math.max(0, at - clock.now()), this.#wake.signal)
    if (await this.#isUnwanted()) return this.#end()
    this.#stage = 'planning'
    const beganAt = clock.now()
    const unreadable = this.#wanted.hear()
    if (unreadable !== null) this.#say(`${unreadable}; what was wanted before still holds`)
    const intent = this.#wanted.now
    // Its driver died between that try and its words.
    if (failedTries.length > retriesIn(intent)) return this.#over(notAgainWords['used-up'])
    const left = intentLater(intent, beganAt - this.#story.beganAt)
    const next = await nextTry(this.#context, this.#story, left, this.#planAgain)
    if (await this.#isUnwanted()) return this.#end()
    if (next.kind === 'failed') return (await this.#fail(next.failure, next.why, beganAt)) ? null : this.#end()
    if (next.kind !== 'planned') return this.#over(next.why)
    onUpdate({ kind: 'planned', at: clock.now(), migration: next.migration })
    const tryAt = clock.now()
    const passedMs = tryAt - this.#story.beganAt
    const record = { ...next.record, intent: intentLater(intent, passedMs) }
    const late = this.#wanted.now === intent ? null : intentLater(this.#wanted.now, passedMs)
    await this.#write({ at: tryAt, kind: 'trying-again', record })
    this.#wanted.take()
    const trying = this.#try(initialState(record.plan, record.intent, record.facts, tryAt))
    if (late !== null) {
      const origin = 'asked for while it was planned again'
      this.#current?.wish({ kind: 'change-intent', intent: late, origin })
    }
    return trying
  }

  /** Between two tries nothing of it goes on here: what another took over meanwhile is the other's to try, or to end. */
  async #write(entry: MigrationEntry): Promise<void> {
    try {
      await this.#options.story.tell(entry, { onlyIfOurs: true })
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error
      const next = advise`See it with ${{ action: 'watch', guest: this.guest.name }}`
      throw serverError('already-driven', `${error.message} between two tries`, next, error)
    }
  }

  /** A try that failed before it began is one of those that are permitted, too. */
  async #fail(failure: TryFailure, why: string, beganAt: number): Promise<boolean> {
    const now = this.#context.clock.now()
    const intent = this.#wanted.now
    const next = afterTry({
      failure,
      guest: 'source-alone-says',
      switchoverBegan: false,
      aborted: false,
      leftBehind: false,
      failed: this.#story.failedTries.length + 1,
      intent,
      deadlineAt: intent.deadlineMs === undefined ? null : this.#story.beganAt + intent.deadlineMs,
      now,
    })
    if (next.kind !== null && (next.again || next.because !== 'not-permitted')) {
      const failed = { beganAt, kind: next.kind, reason: { code: 'not-begun', message: why }, report: null }
      await this.#write({ at: now, kind: 'try-failed', failed, againAt: next.again ? next.at : now })
    }
    if (next.again) return true
    if (this.#story.failedTries.length > 0) {
      const words = next.because === 'not-transient' ? why : notAgainWords[next.because]
      await this.#write({ at: now, kind: 'tries-over', why: words })
    }
    return false
  }

  async #over(why: string): Promise<MigrationReport> {
    await this.#write({ at: this.#context.clock.now(), kind: 'tries-over', why })
    return this.#end()
  }

  /** Where the guest runs on its source, that is the end; else what became of it is found out as of any that was left. */
  async #end(): Promise<MigrationReport> {
    const now = this.#context.clock.now()
    const place = await placeNow(this.#context, this.#story.record)
    if (place.kind === 'silent' && !everLaunched(this.#story)) {
      // Nothing was asked of a host: it is told as of one that could not be begun.
      const { name } = this.guest
      if (this.#story.abortAsked !== null)
        throw serverError('withdrawn', `${name}: ${this.#story.abortAsked}; nothing was started`, 'Ask for it again')
      throw serverError('host-unreachable', `${name}: ${place.why}`, 'Check that libvirtd (virtqemud) runs there')
    }
    if (place.kind !== 'silent' && place.kind !== 'elsewhere') {
      const report = endedBetweenTries(this.#story, now)
      await this.#write({ at: now, kind: 'ended', report })
      return report
    }
    const { record, state, beganAt } = this.#story
    this.#current = carry(this.#context, {
      ...this.#options,
      role: { origin: 'taken-over', hands: 'on' },
      state: adopt(state ?? initialState(record.plan, record.intent, record.facts, beganAt)),
      keepsLease: true,
    })
    return this.#current.ended
  }

  /** Asked for here, or noted by another process. */
  async #isUnwanted(): Promise<boolean> {
    const { store, clock } = this.#context
    const noted = await store.read(this.id).then(
      (written) => written?.abortAsked ?? null,
      () => null,
    )
    const why = this.#abort ?? noted
    if (why !== null && this.#story.abortAsked === null) {
      await this.#write({ at: clock.now(), kind: 'abort-asked', why })
    }
    return this.#story.abortAsked !== null
  }

  #say(message: string): void {
    this.#options.onUpdate({ kind: 'step', at: this.#context.clock.now(), message })
  }
}
