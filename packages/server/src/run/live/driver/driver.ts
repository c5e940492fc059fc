/**
 * The one driver of a migration: it alone reads, decides (by asking core) and acts.
 *
 *   launching ──▶ migrating ──▶ ended         launch() settled, or both hosts say that it is over
 *                 │    ▲
 *                 ▼    │ resumePostCopy()
 *            post-copy broken ──▶ ended       after the last attempt
 *
 * A call whose answer was lost says nothing of the migration: it is then looked for like one that was found running.
 */
import type { Answer, MigrationStatus, Role, Wish } from '@landfall/api'
import { can } from '@landfall/api'
import type { Act, HostView, Intent, Sample, SteerState } from '@landfall/core'
import {
  afterCall,
  afterFailure,
  attemptsFor,
  beginAbort,
  changeIntent,
  forcedIntent,
  mayBeSwitching,
  rollbackMs,
  settlingMs,
  steer,
  unclearPatienceMs,
  watchedOutlook,
  withBandwidthOf,
} from '@landfall/core'
import type { Clock } from '../../../clock.ts'
import { isKept, kept } from '../../../store/story/kept-samples.ts'
import { Doorbell } from '../doorbell.ts'
import type { IntentSource } from '../../../intent/intent-source.ts'
import { wishedIntent } from '../../../intent/wished-intent.ts'
import { statusOf } from '../job/status-of.ts'
import type { Settled } from '../settled.ts'
import { describe, isAnswerLost, isConnectionLost, settle, settleValue } from '../settled.ts'
import { Inbox } from '../../wishes/inbox.ts'
import type { OnUpdate } from '../../progress.ts'
import type { RunningStory } from '../../running-story.ts'
import type { Whereabouts } from '../../../guests/whereabouts.ts'
import { standsOnSourceOnly, whereabouts } from '../../../guests/whereabouts.ts'
import { ResumeObstacle } from './resume-obstacle.ts'

/** What the driver needs done; thin shells over libvirt, or over a simulator in tests. */
export interface DriverPorts {
  /** Resolves when libvirt says that the migration succeeded, rejects with its error. Null when adopting. */
  readonly launch: (() => Promise<void>) | null
  /** The same migration call with the resume flag, after post-copy broke. */
  readonly resumePostCopy: () => Promise<void>
  /** Why a broken post-copy must not be resumed on these hosts (it can kill a daemon); null where it may be. */
  readonly obstacleToResume: () => Promise<string | null>
  /** The job as it stands; null while there is none to be seen. Rejects when the source cannot be asked. */
  readonly readSample: (previous: Sample | null) => Promise<Sample | null>
  readonly perform: (act: Act) => Promise<void>
  /** Lets a guest go on that was stopped by an act, once the migration is off. */
  readonly resumeGuest: () => Promise<void>
  readonly look: () => Promise<{ readonly source: HostView; readonly destination: HostView }>
}

export interface DriverOptions {
  readonly clock: Clock
  readonly onUpdate: OnUpdate
  /** Where what is wanted may change meanwhile; asked at pass boundaries. */
  readonly intentSource?: IntentSource | undefined
  /** Of one who only follows: whether the driver lives, and so may still resume what broke. */
  readonly driverLives?: () => boolean | Promise<boolean>
  /** Between two attempts, and between two looks where there is nothing to be seen; else core says when to look. */
  readonly pollMs?: number
  /** How often a broken post-copy is resumed before a person is asked. */
  readonly resumeAttempts?: number
}

/** How it went, before it is put into a report. */
export interface Ending {
  readonly whereabouts: Whereabouts
  /** libvirt's error for the call, where there was one. */
  readonly error: unknown
  readonly lastSample: Sample | null
  readonly passes: number
  readonly endedAt: number
  /** Attempts to resume a broken post-copy stream. */
  readonly resumed: number
  /** Whether the answer of the migration call was lost, and nothing of its job was seen after that. */
  readonly answerLost: boolean
}

/** However soon core would look: QEMU's own look is every 50 ms. */
const shortestLookMs = 50

/** One migration being driven, or followed where the hands are off. Others may only ask it for things, by {@link wish}. */
export class Driver {
  readonly #ports: DriverPorts
  readonly #story: RunningStory
  readonly #inbox: Inbox
  readonly #clock: Clock
  readonly #onUpdate: OnUpdate
  readonly #driverLives: () => boolean | Promise<boolean>
  readonly #intentSource: IntentSource | undefined
  readonly #pollMs: number
  readonly #resumeAttempts: number | undefined
  readonly #doorbell = new Doorbell()
  #hands: Role['hands']
  #state: SteerState
  /** What was wanted last; some of it may have come too late. */
  #wanted: Intent
  #sample: Sample | null = null
  /** Of the migration call: lost with the connection, and whether the job was seen after that. */
  #answer: 'awaited' | 'lost' | 'lost-and-seen-again' = 'awaited'
  /** Since when the guest stands on its source alone because of an act of ours. */
  #stopped: number | null = null

  /**
   * @param state what steering begins with; what it knows between two boundaries is written only when it matters
   * @param hands whether it may act
   */
  constructor(
    ports: DriverPorts,
    story: RunningStory,
    state: SteerState,
    hands: Role['hands'],
    options: DriverOptions,
  ) {
    this.#ports = ports
    this.#story = story
    this.#state = state
    this.#hands = hands
    this.#wanted = state.intent
    this.#inbox = new Inbox(
      () => this.status,
      () => this.#hands === 'on',
      () => this.#doorbell.ring(),
    )
    this.#intentSource = options.intentSource
    this.#clock = options.clock
    this.#onUpdate = options.onUpdate
    this.#driverLives = options.driverLives ?? ((): boolean => false)
    this.#pollMs = options.pollMs ?? 100
    this.#resumeAttempts = options.resumeAttempts
  }

  /** What steering knows by now. */
  get state(): SteerState {
    return this.#state
  }

  get status(): MigrationStatus {
    return this.#story.now.report === null ? statusOf(this.#sample) : 'ended'
  }

  /** Asks something of the migration; the loop carries it out, once. */
  wish(wish: Wish): Answer {
    return this.#inbox.wish(wish)
  }

  /** Somebody else steers from now on: nothing is done and nothing is written any more. */
  letGo(): void {
    this.#hands = 'off'
  }

  async run(): Promise<Ending> {
    let over = this.#ports.launch === null ? null : settle(this.#ports.launch())
    let resumed = 0
    for (;;) {
      const error = await this.#driveUntil(over)
      // What comes now is done without an entry before it.
      await this.#story.catchUp()
      if (over !== null && isConnectionLost(error)) this.#answer = 'lost'
      const where = await this.#settledWhereabouts(error !== null || over === null)
      const next = afterCall({
        where: where.kind,
        postCopyBroke: where.kind === 'unclear' && where.postCopyBroke === true,
        call: over === null ? 'none' : isAnswerLost(error) ? 'lost' : 'answered',
        steers: this.#hands === 'on',
        resumed,
        // A host that lost its half may say so for a moment only, while its daemon starts.
        mostResumes: where.kind === 'post-copy-broken' && where.destinationLost === true ? 3 : this.#resumeAttempts,
      })
      if (next.step === 'resume') {
        const obstacle = await settleValue(this.#ports.obstacleToResume())
        if (obstacle.kind === 'error') {
          // A host fell silent just now. Unasked, the call that may kill its daemon is not made.
          await this.#clock.sleep(this.#pollMs)
          over = null
          continue
        }
        if (obstacle.value !== null)
          return this.#ending(where, new ResumeObstacle(obstacle.value, { cause: error }), resumed)
        this.#onUpdate({ kind: 'post-copy-broken', at: this.#clock.now(), why: describe(error) })
        await this.#clock.sleep(next.afterMs)
        // Whoever took it over meanwhile makes the next attempt.
        over = this.#hands === 'on' ? settle(this.#ports.resumePostCopy()) : null
        if (over !== null) resumed++
      } else if (next.step === 'watch') {
        if (over !== null && isAnswerLost(error)) this.#tellLostAnswer(error)
        over = null
      } else {
        return this.#ending(where, error, resumed)
      }
    }
  }

  /** Reads, decides and acts until the call settles, or (adopting) until the source has no job any more. */
  async #driveUntil(over: Promise<Settled> | null): Promise<unknown> {
    let settled: Settled | null = null
    void over?.then((result) => {
      settled = result
      return this.#doorbell.ring()
    })
    const ended = (): Settled | null => settled
    let answeredAt = this.#clock.now()
    for (;;) {
      const result = ended()
      if (result !== null) return result.error
      const reading = await settleValue(this.#ports.readSample(this.#sample))
      const sample = reading.kind === 'value' ? reading.value : null
      const broken = sample?.phase === 'post-copy-failed'
      const lookAgainMs = sample === null ? this.#pollMs : Math.max(shortestLookMs, await this.#consider(sample))
      if (sample !== null && !broken) {
        answeredAt = this.#clock.now()
      } else if (over === null) {
        const where = await this.#look()
        // A guest that we have stopped waits for nobody.
        if (this.#stopped !== null && this.#hands === 'on') return null
        const patience =
          (where.kind === 'unclear' && this.#clock.now() - answeredAt < unclearPatienceMs) ||
          ((broken || where.kind === 'post-copy-broken') && (await this.#leavesItToItsDriver()))
        if (where.kind !== 'migrating' && !patience) return broken ? new Error('the post-copy stream broke') : null
      }
      await this.#clock.sleep(lookAgainMs, this.#doorbell.answer())
    }
  }

  #tellLostAnswer(error: unknown): void {
    const message = `the answer to the migration call was lost (${describe(error)}); the hosts are asked instead`
    this.#onUpdate({ kind: 'step', at: this.#clock.now(), message })
  }

  /** A driver between two attempts to resume is no end for who only watches. */
  async #leavesItToItsDriver(): Promise<boolean> {
    return this.#hands === 'off' && (await this.#driverLives())
  }

  async #consider(sample: Sample): Promise<number> {
    const now = this.#clock.now()
    this.#sample = sample
    if (this.#answer === 'lost') this.#answer = 'lost-and-seen-again'
    if (isKept(this.#story.now.lastSample, sample, now)) {
      await this.#story.tell({ at: now, kind: 'sample', sample: kept(sample, now) })
    }
    if (this.#hands === 'on' && sample.passStarted && sample.pass > 1) this.#followIntent()
    const wishes = this.#inbox.take().filter((wish) => this.#mayStill(wish))
    const abort = wishes.find((wish) => wish.kind === 'abort')
    // An abort that was taken comes before all else: after a switch to post-copy it would cost the guest.
    if (abort === undefined) for (const wish of wishes) if (wish.kind !== 'abort') await this.#change(wish, sample)
    const before = this.#state
    const decision = steer(before, sample, now)
    const acts = abort === undefined || this.#hands === 'off' ? decision.acts : []
    const leftOut = acts.length > 0 ? [] : decision.acts
    const changed = decision.acts.length > 0 || sample.passStarted
    this.#state = leftOut.reduce((state, act) => afterFailure(state, before, act, now), decision.state)
    // The state goes to the disk at boundaries and before acts: that is where it changes in ways that matter.
    if (changed) await this.#story.tell({ at: now, kind: 'state', state: this.#state })
    const { outlook } = decision
    const told = this.#hands === 'off' ? watchedOutlook(outlook, this.#state, sample) : outlook
    this.#onUpdate({ kind: 'sample', at: now, sample, outlook: told })
    if (this.#hands === 'off') return decision.lookAgainMs
    for (const act of acts) {
      const done = await this.#perform(act, sample)
      if (!done) this.#state = afterFailure(this.#state, before, act, this.#clock.now())
    }
    if (abort !== undefined) await this.#abort(abort, sample)
    return decision.lookAgainMs
  }

  /** Remembered like one that was decided: where it fails, or its driver dies, it is made again. */
  async #abort(wish: Extract<Wish, { kind: 'abort' }>, sample: Sample): Promise<void> {
    const { why, code = 'asked' } = wish
    const at = this.#clock.now()
    if (mayBeSwitching(this.#state, at)) return this.#inbox.putOff(wish)
    const act = { kind: 'abort', reason: { code, message: why }, why, numbers: {} } as const
    this.#state = beginAbort(this.#state, act, at)
    await this.#story.tell({ at, kind: 'state', state: this.#state })
    await this.#perform(act, sample)
  }

  /** A pass has ended: is still wanted what was? */
  #followIntent(): void {
    const news = this.#intentSource?.changed() ?? null
    if (news === null) return
    const why = news.kind === 'unreadable' ? news.why : this.#denied({ ...news, kind: 'change-intent' })
    if (why === null) return
    this.#onUpdate({ kind: 'step', at: this.#clock.now(), message: `${why}; what was wanted before still holds` })
  }

  /** It may have come too late since it was taken. */
  #mayStill({ kind }: Wish): boolean {
    const permission = can(this.status, kind)
    if (permission.allowed) return true
    const message = `${kind} was asked for, and cannot be any more: ${permission.why}`
    this.#onUpdate({ kind: 'step', at: this.#clock.now(), message })
    return false
  }

  #denied(wish: Extract<Wish, { kind: 'change-intent' }>): string | null {
    const answer = this.wish(wish)
    return answer.allowed ? null : `${wish.origin}: ${answer.why}`
  }

  async #change(wish: Exclude<Wish, { kind: 'abort' }>, sample: Sample): Promise<void> {
    if (wish.kind === 'look') return
    const [wanted, origin] =
      wish.kind === 'change-intent'
        ? [wishedIntent({ intent: this.#wanted, sources: {} }, wish).intent, wish.origin]
        : [forcedIntent(this.#wanted), wish.why]
    const [before, wantedBefore] = [this.#state, this.#wanted]
    const { state, acts } = changeIntent(before, wantedBefore, wanted, origin)
    this.#wanted = wanted
    this.#state = state
    if (acts.length > 0) await this.#story.tell({ at: this.#clock.now(), kind: 'state', state })
    else this.#onUpdate({ kind: 'step', at: this.#clock.now(), message: `${origin}: nothing of it changes anything` })
    for (const act of acts) {
      if (await this.#perform(act, sample)) continue
      this.#state = afterFailure(this.#state, before, act, this.#clock.now())
      if (act.kind === 'set-bandwidth') this.#wanted = withBandwidthOf(this.#wanted, wantedBefore)
    }
  }

  /** @returns whether it is done, as far as anybody heard */
  async #perform(act: Act, sample: Sample): Promise<boolean> {
    const { pass } = sample
    await this.#story.tell({ at: this.#clock.now(), kind: 'act', stage: 'intended', act, pass })
    // Another may take it over at any moment: then the act is theirs.
    for (let attempt = 1; this.#hands === 'on'; attempt++) {
      const result = await settleValue(this.#ports.perform(act))
      const at = this.#clock.now()
      if (result.kind === 'value') {
        await this.#story.tell({ at, kind: 'act', stage: 'done', act, pass })
        this.#onUpdate({ kind: 'act', at, act })
        return true
      }
      if (attempt >= attemptsFor(act, this.#state.intent)) {
        const error = describe(result.error)
        await this.#story.tell({ at, kind: 'act', stage: 'failed', act, pass, error })
        this.#onUpdate({ kind: 'act-failed', at, act, error })
        return false
      }
      await this.#clock.sleep(this.#pollMs)
    }
    return false
  }

  /**
   * The call's answer and the hosts' states do not change at the same moment: the destination may still be finishing
   * when the source has let go, and the other way round. Wait a little for the facts to agree; then take them as they are.
   * A call that succeeded can only have landed; after one that failed, or that nobody heard the answer of, any end will do.
   */
  async #settledWhereabouts(anyEnd: boolean): Promise<Whereabouts> {
    const deadline = this.#clock.now() + settlingMs
    for (;;) {
      const where = await this.#look()
      if (this.#stopped !== null && this.#clock.now() - this.#stopped > rollbackMs) await this.#resumeStopped()
      const agrees = anyEnd ? where.kind !== 'migrating' && where.kind !== 'unclear' : where.kind === 'landed'
      // One that stands still because of us is not left before it was told to go on.
      const until = this.#stopped === null ? deadline : Math.max(deadline, this.#stopped + 3 * rollbackMs)
      if (agrees || where.kind === 'post-copy-broken' || this.#clock.now() >= until) return where
      await this.#clock.sleep(this.#pollMs)
    }
  }

  async #look(): Promise<Whereabouts> {
    const { source, destination } = await this.#ports.look()
    const stopped = this.#state.schedule?.suspended === true && standsOnSourceOnly(source, destination)
    this.#stopped = stopped ? (this.#stopped ?? this.#clock.now()) : null
    return whereabouts(source, destination)
  }

  /** It was stopped to be moved, is not moved, and is nowhere else. */
  async #resumeStopped(): Promise<void> {
    if (this.#hands === 'off') return
    const result = await settleValue(this.#ports.resumeGuest())
    const at = this.#clock.now()
    const message =
      result.kind === 'value'
        ? 'the guest, which was stopped to be moved, runs on'
        : `the guest, which was stopped to be moved, could not be resumed: ${describe(result.error)}`
    this.#onUpdate({ kind: 'step', at, message })
  }

  #ending(where: Whereabouts, error: unknown, resumed: number): Ending {
    return {
      whereabouts: where,
      error,
      lastSample: this.#sample,
      passes: this.#sample?.pass ?? 0,
      endedAt: this.#clock.now(),
      resumed,
      answerLost: this.#answer === 'lost',
    }
  }
}
