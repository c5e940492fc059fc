import type { Answer, MigrationReport, MigrationStatus, Role, Wish } from '@landfall/api'
import type { ColdStep } from '@landfall/core'
import { changingSteps, coldStep, formatDuration, runsOrStarts } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { LibvirtError } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import type { MigrationEntry } from '../../store/story/entry.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { GuestMeter } from '../../store/story/guest-meter.ts'
import type { OnUpdate } from '../progress.ts'
import {
  elsewhereEnding,
  failed,
  landedEnding,
  leftEnding,
  overdueEnding,
  unclearEnding,
  wordsOf,
} from './cold-endings.ts'
import { ColdHosts } from './cold-hosts.ts'
import type { ColdEnding } from './cold-report.ts'
import { coldReport } from './cold-report.ts'
import { SeenTimes } from './seen-times.ts'
import { agentAnswers, waitForAgent } from '../../guests/guest-agent.ts'
import { Inbox } from '../wishes/inbox.ts'
import type { RunningMigration } from '../running-migration.ts'
import { LeaseLostError } from '../../store/store.ts'
import type { RunningStory } from '../running-story.ts'

export interface ColdMigrationOptions {
  readonly story: RunningStory
  readonly role: Role
  readonly source: HostSession
  readonly destination: HostSession
  /** Every host in use: somebody may have moved the guest to any of them by hand. */
  readonly hosts: readonly HostSession[]
  readonly clock: Clock
  readonly onUpdate: OnUpdate
  readonly meter: GuestMeter | null
}

const pollMs = 200
/** A guest that still boots does not hear the power button: it is pressed again as often as Nova does. */
const askAgainMs = 10_000
/** How long a host may be silent before a person is asked. */
const silenceLimitMs = 60_000
const handOverAttempts = 5
/** Calls without an answer from hosts that answer otherwise; then a person is asked. */
const mostUnanswered = 5
/** What both hosts said before a store was waited for that long may be so no more. */
const staleMs = 5000

/** Shuts the guest down, moves its definition and starts it on the destination; goes back when that fails. */
export function runColdMigration(options: ColdMigrationOptions): RunningMigration {
  const migration = new ColdMigration(options)
  const { id, guest, source, destination } = options.story.now.record
  return {
    id,
    guest,
    source,
    destination,
    get role() {
      return options.story.lost === null ? options.role : ({ ...options.role, hands: 'off' } as const)
    },
    get isOthers() {
      return options.story.lost !== null
    },
    status: () => migration.status,
    wish: (wish) => migration.wish(wish),
    ended: migration.run(),
  }
}

class ColdMigration {
  readonly #options: ColdMigrationOptions
  readonly #hosts: ColdHosts
  readonly #inbox = new Inbox(
    () => this.status,
    () => this.#options.story.lost === null,
    () => this.#takeWishes(),
  )
  readonly #seen: SeenTimes
  #lastAskedAt = -Infinity
  #agentAnswered = false
  #abortAsked: string | null
  #handOvers = 0
  #unanswered = 0

  constructor(options: ColdMigrationOptions) {
    this.#options = options
    // Of a driver before, which was asked, or has asked the guest, and died.
    this.#abortAsked = options.story.now.abortAsked
    this.#seen = new SeenTimes(options.story.now.shutdownAskedAt)
    this.#hosts = new ColdHosts(this.#record, options.source, options.destination, options.hosts)
  }

  get status(): MigrationStatus {
    return this.#options.story.now.report === null ? 'cold' : 'ended'
  }

  wish(wish: Wish): Answer {
    return this.#inbox.wish(wish)
  }

  get #record(): MigrationRecord {
    return this.#options.story.now.record
  }

  /** Before its stop an abort is heeded; hosts are looked at all the time anyway. */
  #takeWishes(): void {
    for (const wish of this.#inbox.take()) if (wish.kind === 'abort') this.#abortAsked = wish.why
  }

  async run(): Promise<MigrationReport> {
    const { story, clock, onUpdate, meter } = this.#options
    const { record, beganAt, goingBack } = story.now
    await story.tell({ at: clock.now(), kind: 'launching' })
    onUpdate({ kind: 'launched', id: record.id, at: clock.now() })
    const { unfinished = false, ...ending } =
      (goingBack === null ? null : await this.#goBack(goingBack)) ?? (await this.#toTheEnd())
    const endedAt = clock.now()
    const measurement = (await meter?.(record.guest.name, beganAt, endedAt)) ?? null
    const report = coldReport({ record, beganAt, endedAt, ending, measurement })
    const live = { prepareMs: null, teardownMs: null, firstPassBytes: null, linkBytesPerSecond: null }
    // Without an end it is found again, like that of a driver that died.
    if (!unfinished)
      await story.tell({ at: endedAt, kind: 'ended', report, measured: { ...live, cold: this.#seen.times } })
    onUpdate({ kind: 'ended', at: endedAt, report })
    return report
  }

  async #toTheEnd(): Promise<ColdEnding> {
    const { clock } = this.#options
    const record = this.#record
    const { guest } = record
    let answeredAt = clock.now()
    for (;;) {
      const facts = await this.#hosts.look()
      const { source: here, destination: there } = facts
      if (here.kind !== 'unreachable' && there.kind !== 'unreachable') answeredAt = clock.now()
      if (here.kind === 'present' && here.state === 'running') this.#seen.noteRunning()
      if (here.kind === 'present' && here.state === 'shutoff') this.#seen.noteShutOff(clock.now())
      const step = coldStep({ ...facts, shutdownAsked: clock.now() - this.#lastAskedAt < askAgainMs })
      const beforeTheStop =
        step === 'shut-down' || (step === 'wait' && here.kind === 'present' && here.state !== 'shutoff')
      if (this.#abortAsked !== null && step === 'shut-down') {
        const how = this.#seen.shutdownAskedAt === null ? ' as before' : ', and may still shut down as it was asked to'
        return failed('aborted', 'asked', `${this.#abortAsked}; ${guest.name} runs on ${record.source}${how}`)
      }
      if (clock.now() - answeredAt > silenceLimitMs) {
        return leftEnding(guest.name, `a host does not answer; ${guest.name} is not started anywhere until both do`)
      }
      const overdue = beforeTheStop
        ? overdueEnding(this.#options.story.now, this.#seen.shutdownAskedAt, clock.now())
        : null
      if (overdue !== null) return overdue
      const told = { at: clock.now(), kind: 'cold-step', step } as const
      if (changingSteps.includes(step) && !(await this.#isStillOurs(told))) continue
      const ending = await this.#take(step)
      if (ending !== null) return ending
    }
  }

  /**
   * One that was frozen must not shut down, or start, a guest whose migration another has ended since. False where the hosts have to
   * be looked at again: while the store was waited for, somebody may have started the guest by hand.
   *
   * @param about what is about to be done
   * @throws LeaseLostError
   */
  async #isStillOurs(about: MigrationEntry): Promise<boolean> {
    const { story, clock } = this.#options
    await story.tell(about, { onlyIfOurs: true })
    return clock.now() - about.at <= staleMs
  }

  /** Takes a step; null while there are more. */
  async #take(step: ColdStep): Promise<ColdEnding | null> {
    const { clock } = this.#options
    const record = this.#record
    const { guest, source, destination } = record
    switch (step) {
      case 'wait':
        await clock.sleep(pollMs)
        return null
      case 'shut-down': {
        const wasAsked = this.#seen.shutdownAskedAt !== null
        try {
          const domain = await this.#hosts.here()
          this.#agentAnswered ||= await agentAnswers(domain)
          this.#say(`asking ${guest.name} to shut down${this.#seen.shutdownAskedAt === null ? '' : ' again'}`)
          this.#lastAskedAt = clock.now()
          this.#seen.noteAsked(this.#lastAskedAt)
          await domain.shutdown()
          return null
        } catch (error) {
          // It may have heard it all the same, and must not be left shut off.
          if (await this.#mayLookAgain(error)) return null
          // It may be going off just now, as it was asked to before, or have gone off by itself.
          if (wasAsked || !(await this.#runsHere())) {
            await clock.sleep(pollMs)
            return null
          }
          const message = `${guest.name} could not be asked to shut down: ${wordsOf(error)}; it runs on ${source}`
          return failed('failed', 'migration-failed', message)
        }
      }
      case 'guard-source':
        this.#say(`${guest.name} is shut off; marking its definition on ${source} as moved`)
        return this.#orGoBack(async () => {
          await this.#hosts.guard(new Date(clock.now()).toISOString())
          return null
        })
      case 'define-on-destination':
        this.#say(`defining ${guest.name} on ${destination}`)
        return this.#orGoBack(() => this.#hosts.define())
      case 'restore-on-destination':
        this.#say(`restoring the definition that ${destination} kept`)
        return this.#orGoBack(() => this.#hosts.restore())
      case 'start-on-destination': {
        this.#say(`starting ${guest.name} on ${destination}`)
        let elsewhere: string | null = null
        const ending = await this.#orGoBack(async () => {
          const missing = await this.#hosts.missingVolume()
          if (missing !== null) return missing
          elsewhere = await this.#hosts.activeElsewhere(clock)
          if (elsewhere !== null) return null
          // Volumes and others took their time: both hosts say once more how it is.
          const now = await this.#hosts.look()
          if (coldStep({ ...now, shutdownAsked: true }) !== step) return null
          // Who lost this migration to another driver ends here, before the guest could run twice.
          if (!(await this.#isStillOurs({ at: clock.now(), kind: 'starting' }))) return null
          await (await this.#hosts.there()).create()
          this.#seen.noteStarted(clock.now())
          return null
        })
        return elsewhere === null ? ending : this.#leftTo(elsewhere)
      }
      case 'hand-over':
        return this.#handOver().catch((error: unknown) => this.#handOverAgain(error))
      case 'done':
        return landedEnding(record, this.#seen)
      case 'stays':
        return this.#stays()
      case 'go-back':
        return this.#goBack(`${destination} no longer has the definition that was to be started there`)
      case 'unclear':
        return unclearEnding(record, (await this.#hosts.look()).goesOnAs)
    }
  }

  async #runsHere(): Promise<boolean> {
    const { source } = await this.#hosts.look()
    return source.kind === 'present' && source.state === 'running'
  }

  /** What was made for it on the destination is taken away again. */
  async #leftTo(host: string): Promise<ColdEnding> {
    await this.#hosts.takeBack().catch((error: unknown) => this.#say(wordsOf(error)))
    return elsewhereEnding(this.#record, host)
  }

  /** It was shut off for us, and somebody has started it again where it was. */
  async #stays(): Promise<ColdEnding | null> {
    const { guest, source } = this.#record
    const stays = `${guest.name} was started on ${source} again by somebody else, and stays there`
    try {
      await this.#hosts.staysHere(() => this.#mayGoBack(stays))
    } catch (error) {
      if (await this.#mayLookAgain(error)) return null
      return failed(
        'failed',
        'migration-failed',
        `${stays}; what was changed of its definitions may be left: ${wordsOf(error)}`,
      )
    }
    return failed('failed', 'migration-failed', stays)
  }

  /** It runs there. Null where the source's definition was removed, which the next look confirms. */
  async #handOver(): Promise<ColdEnding | null> {
    const record = this.#record
    const { guest, source, destination, cold } = record
    await this.#hosts.handOver()
    const dead = await this.#waitForAgent()
    if (dead !== null) return dead
    if (cold?.confirmAtOnce !== true && (cold?.revertOf ?? null) === null) return landedEnding(record, this.#seen)
    this.#say(`${guest.name} runs on ${destination}; removing its definition from ${source}`)
    await this.#hosts.undefineHere()
    return null
  }

  /** The guest has moved: a call that failed is made again, and then left to a person. */
  async #handOverAgain(error: unknown): Promise<ColdEnding | null> {
    const { guest, source, destination } = this.#record
    this.#handOvers++
    if (this.#handOvers >= handOverAttempts) {
      const message = `${guest.name} runs on ${destination}; letting go of ${source} failed: ${wordsOf(error)}`
      return failed('failed', 'unclear', message)
    }
    await this.#options.clock.sleep(pollMs)
    return null
  }

  /** For a guest whose agent answered before: until it does again. Null unless the guest ended meanwhile. */
  async #waitForAgent(): Promise<ColdEnding | null> {
    const { clock } = this.#options
    const record = this.#record
    const { guest, destination } = record
    if (!this.#agentAnswered || this.#seen.times.bootMs !== undefined) return null
    this.#say(`${guest.name} runs on ${destination}; waiting for its guest agent`)
    const find = (): Promise<Domain> => this.#hosts.there()
    const booted = await waitForAgent(find, clock, () => this.#abortAsked !== null)
    switch (booted.kind) {
      case 'answers':
        this.#seen.noteBooted(booted.afterMs)
        return null
      case 'silent':
        this.#say(`the guest agent of ${guest.name} has not answered for ${formatDuration(booted.afterMs)}`)
        return null
      case 'gone':
        return failed(
          'failed',
          'guest-gone',
          `${guest.name} was started on ${destination} and is ${booted.state} by now`,
        )
    }
  }

  /** @param act what is to be done; tells why it cannot be, null when it was */
  async #orGoBack(act: () => Promise<string | null>): Promise<ColdEnding | null> {
    let problem: string | null
    try {
      problem = await act()
      this.#unanswered = 0
    } catch (error) {
      if (await this.#mayLookAgain(error)) return null
      problem = wordsOf(error)
    }
    return problem === null ? null : this.#goBack(problem)
  }

  /** A call whose answer nobody heard may have been carried out: the hosts are asked again, and tell the next step. */
  async #mayLookAgain(error: unknown): Promise<boolean> {
    if (error instanceof LeaseLostError) throw error
    if (error instanceof LibvirtError || ++this.#unanswered > mostUnanswered) return false
    await this.#options.clock.sleep(pollMs)
    return true
  }

  /** Back to where it was: only once the destination is known not to run it. Null where it runs there after all. */
  async #goBack(problem: string): Promise<ColdEnding | null> {
    const { story, clock } = this.#options
    const { record } = story.now
    const { guest, source, destination } = record
    const { source: here, destination: there } = await this.#hosts.answersOfBoth(silenceLimitMs, clock)
    if (here.kind === 'present' && here.state === 'shutoff' && runsOrStarts(there)) return null
    const mayRun = `${problem}; ${destination} may run ${guest.name}: not started on ${source}`
    if (there.kind === 'unreachable') return leftEnding(guest.name, mayRun)
    if (there.kind === 'present' && there.state !== 'shutoff') return failed('failed', 'unclear', mayRun)
    if (here.kind === 'unreachable') return leftEnding(guest.name, `${problem}; ${source} does not answer`)
    // The other definition may be the last one.
    if (here.kind === 'absent') {
      const message = `${problem}; ${source} has no definition of ${guest.name} any more, and nothing of it was removed from ${destination}`
      return failed('failed', 'unclear', message)
    }
    const elsewhere = await this.#hosts.activeElsewhere(clock)
    if (elsewhere !== null) return this.#leftTo(elsewhere)
    this.#say(`${problem}; starting ${guest.name} on ${source} again`)
    try {
      await this.#mayGoBack(problem)
      await this.#hosts.takeBack()
      await this.#hosts.startHere(() => this.#mayGoBack(problem))
    } catch (error) {
      if (await this.#mayLookAgain(error)) return this.#goBack(problem)
      return leftEnding(
        guest.name,
        `${problem}; and ${guest.name} could not be started on ${source} again: ${wordsOf(error)}`,
      )
    }
    return failed('failed', 'migration-failed', `${problem}; ${guest.name} was started on ${source} again`)
  }

  /** @throws LeaseLostError, or where the hosts have to be looked at again */
  async #mayGoBack(why: string): Promise<void> {
    const isOurs = await this.#isStillOurs({ at: this.#options.clock.now(), kind: 'going-back', why })
    if (!isOurs) throw new Error('the store was away for a while, and what the hosts said may be so no more')
  }

  #say(message: string): void {
    const { clock, onUpdate } = this.#options
    onUpdate({ kind: 'step', at: clock.now(), message })
  }
}
