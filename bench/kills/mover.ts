import type { MigrationReport, MigrationUpdate } from '@landfall/api'
import { HttpClient } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { addGuest, removeGuest, waitForProgress } from '@landfall/lab'
import type { GuestRequest, ProgressSample } from '@landfall/lab'
import { setTimeout as delay } from 'node:timers/promises'
import { heard } from './places.ts'
import type { Hosts } from './places.ts'
import { chooseWay } from './ways.ts'
import type { Way } from './ways.ts'

/** What a migration came to, and what was found wrong after it. */
export interface Move {
  readonly guest: string
  readonly way: string
  readonly id: string | null
  /** Of its report, or the code of the error that it ended with. */
  readonly outcome: string
  /** What that error, or the reason of the report, says. */
  readonly why: string
  readonly strategy: string | null
  /** How long after its end everything was as its report says; null where there was nothing to wait for. */
  readonly rightAfterMs: number | null
  readonly problems: readonly string[]
}

export interface MoverOptions {
  readonly lab: string
  readonly request: GuestRequest
  readonly hosts: Hosts
  /** Those that are to be asked, in any order. */
  readonly urls: () => readonly string[]
  readonly token: string
  readonly onMoved: (move: Move) => void
}

const rightWithinMs = 10_000
/** Of one that is begun again after every kill; on a busy machine a plan alone takes longer than the time between two of them. */
const endsWithinMs = 1_800_000
/** A guest's record grows with its age, and is read whole by its service. */
const renewedAfter = 60

/** Keeps one guest moving between two hosts, and looks at it after each move. */
export class Mover {
  readonly #options: MoverOptions
  #stage = 'not begun'
  #current: string | null = null
  /** Of the moves before: a server that was frozen may still take one of them for under way. */
  readonly #earlier = new Set<string>()
  #limits = ''
  #moves = 0

  constructor(options: MoverOptions) {
    this.#options = options
  }

  get guest(): string {
    return this.#options.request.name
  }

  /** What was told of it last. */
  get stage(): string {
    return this.#stage
  }

  /** What was answered to have been accepted, and of which no end was told yet. */
  get accepted(): string | null {
    return this.#current
  }

  /** What of the source's settings a migration changes, as it was before any. */
  get limits(): string {
    return this.#limits
  }

  async run(stopped: AbortSignal): Promise<void> {
    const { lab, onMoved } = this.#options
    await this.#renew()
    while (!stopped.aborted) {
      const before = await waitForProgress(lab, this.guest, { deadlineMs: 60_000 })
      onMoved(await this.#move(before))
      this.#stage = 'idle'
      if (++this.#moves % renewedAfter === 0) await this.#renew()
    }
  }

  async #renew(): Promise<void> {
    const { lab, request, hosts } = this.#options
    if (this.#moves > 0) await removeGuest(lab, request.name)
    await addGuest(lab, request)
    await waitForProgress(lab, request.name, { deadlineMs: 60_000 })
    this.#limits = (await hosts.limitsOf(request.name, request.on ?? 'host1')) ?? ''
  }

  async #move(before: ProgressSample): Promise<Move> {
    const { hosts } = this.#options
    const way = chooseWay(Math.random)
    const about = { guest: this.guest, way: way.name, id: null, why: '', strategy: null }
    const [from] = (await hosts.placesOf(this.guest)).filter(({ active }) => active)
    if (from === undefined) return { ...about, outcome: 'lost', rightAfterMs: null, problems: ['it is active nowhere'] }
    const to = from.host === 'host1' ? 'host2' : 'host1'
    this.#stage = 'asked'
    const id = await this.#ask(way, to)
    if (typeof id !== 'string') {
      return { ...about, outcome: id.code, why: id.message, ...(await this.#look(before, from.host, way)) }
    }
    this.#current = id
    const end = await this.#follow(id, way)
    this.#current = null
    this.#earlier.add(id)
    this.#stage = 'ended'
    if (end instanceof LandfallError) {
      // It cannot be begun: nothing of it was asked of any host, or it is told by nobody any more.
      const looked = await this.#look(before, null, way)
      const problems = [
        ...looked.problems,
        ...(isEnd(end) ? [] : [`it was accepted, and this is no end of it: ${end.message}`]),
      ]
      return { ...about, id, outcome: end.code, why: end.message, ...looked, problems }
    }
    const { outcome, reason, strategy, source, destination } = end
    const looked = await this.#look(before, hasMoved(outcome) ? destination : source, way)
    return { ...about, id, outcome, why: reason.message, strategy, ...looked }
  }

  /** @returns its ID, or what it was refused with */
  async #ask({ wanted }: Way, to: string): Promise<string | LandfallError> {
    for (;;) {
      const client = this.#client()
      try {
        return (await client.migrate({ guest: this.guest, to, wanted, confirm: true })).id
      } catch (error) {
        if (!(error instanceof LandfallError)) throw error
        // Whether it was accepted before the connection broke is seen by asking again.
        const found =
          error.code === 'already-driven' ? await client.watch(this.guest, { steer: false }).catch(() => null) : null
        if (found !== null && !this.#earlier.has(found.id)) return found.id
        const isPassing = ['server-unreachable', 'already-driven', 'store-unusable', 'internal'].includes(error.code)
        if (!isPassing) return error
      }
      await delay(300)
    }
  }

  /** @returns its report, or the error that it ended with; reads on at whichever server answers */
  async #follow(id: string, way: Way): Promise<MigrationReport | LandfallError> {
    const deadline = AbortSignal.timeout(endsWithinMs)
    let isWished = false
    let after = 0
    while (!deadline.aborted) {
      const client = this.#client()
      try {
        const signal = AbortSignal.any([deadline, AbortSignal.timeout(5000)])
        for await (const { number, update } of client.updates(id, { after, signal })) {
          after = number
          this.#stage = stageOf(update, this.#stage)
          if (update.kind === 'ended' || update.kind === 'refused') return update.report
          if (update.kind === 'sample' && way.wish !== null && !isWished) {
            isWished = true
            void this.#wish(id, way.wish)
          }
        }
      } catch (error) {
        if (!(error instanceof LandfallError)) throw error
        const passes = [
          'server-unreachable',
          'too-many-requests',
          'store-unusable',
          'host-unreachable',
          'already-driven',
        ]
        if (!passes.includes(error.code)) return error
        await delay(300)
      }
    }
    return new LandfallError('internal', `no end of ${id} was told within ${endsWithinMs / 1000} s`)
  }

  async #wish(id: string, kind: NonNullable<Way['wish']>): Promise<void> {
    await delay(Math.random() * 1500)
    await this.#client()
      .wish(id, { kind, why: 'asked by the bench' })
      .catch(() => null)
  }

  #client(): HttpClient {
    const { urls, token } = this.#options
    const all = urls()
    const url = all[Math.floor(Math.random() * all.length)]
    if (url === undefined) throw new Error('there is no server')
    return new HttpClient({ url, token })
  }

  /** Waits until the guest is as it has to be after a migration. */
  async #look(
    before: ProgressSample,
    host: string | null,
    way: Way,
  ): Promise<{ readonly rightAfterMs: number | null; readonly problems: readonly string[] }> {
    const beganAt = performance.now()
    const harm = harmSince(before, await heard(this.#options.lab, this.guest), way.wanted.cold)
    for (;;) {
      const problems = await this.#misplaced(host).catch((error: unknown) => [String(error)])
      const afterMs = performance.now() - beganAt
      if (problems.length === 0) return { rightAfterMs: Math.round(afterMs), problems: harm }
      if (afterMs > rightWithinMs) return { rightAfterMs: null, problems: [...harm, ...problems] }
      await delay(250)
    }
  }

  async #misplaced(host: string | null): Promise<readonly string[]> {
    const { hosts } = this.#options
    const places = await hosts.placesOf(this.guest)
    const [place, ...others] = places
    if (place === undefined || others.length > 0) return [`it is not on one host: ${JSON.stringify(places)}`]
    if (place.state !== 'running') return [`it is ${place.state} on ${place.host}`]
    if (place.moving || !place.persistent) return [`a job holds it, or it is not persistent: ${JSON.stringify(place)}`]
    if (host !== null && place.host !== host) return [`it is on ${place.host}, and its report says ${host}`]
    const limits = await hosts.limitsOf(this.guest, place.host)
    return limits === this.#limits ? [] : [`its limits are ${String(limits)}, and were ${this.#limits}`]
  }
}

const hasMoved = (outcome: MigrationReport['outcome']): boolean => outcome === 'completed' || outcome === 'recovered'

/** Of what was accepted, what became of it is told: not that nobody knows it, or that it became something elsewhere. */
const isEnd = ({ code }: LandfallError): boolean =>
  !['no-migration', 'withdrawn', 'internal', 'same-host'].includes(code)

/** What the guest itself tells of its memory, its disk and its life. */
function harmSince(before: ProgressSample, now: ProgressSample | null, mayReboot: boolean): readonly string[] {
  if (now === null) return ['it says nothing any more']
  const wrong = now.pagesWrong + now.blocksWrong
  if (wrong > 0) return [`${now.pagesWrong} pages and ${now.blocksWrong} blocks are wrong`]
  if (now.bootId !== before.bootId) return mayReboot ? [] : ['it was rebooted']
  const wentBack = now.work < before.work || now.pagesWritten < before.pagesWritten
  return wentBack ? ['its counters went back: it is an older one of itself'] : []
}

function stageOf(update: MigrationUpdate, before: string): string {
  if (update.kind === 'step') return before === 'asked' ? 'planning' : before
  if (update.kind === 'sample') return update.sample.phase
  if (update.kind === 'act') return `after ${update.act.kind}`
  return ['obeyed', 'config-finding', 'act-failed'].includes(update.kind) ? before : update.kind
}
