import type { MigrationHandle, MigrationReport, MigrationRequest, MigrationUpdate, NumberedUpdate } from '@landfall/api'
import { isPassing } from '@landfall/api'
import type { Ended } from '@landfall/core'
import { LandfallError } from '@landfall/core'
import type { Store } from '../../store/store.ts'
import type { AgedPlan, Hold } from '../../run/request/carry-request.ts'

/** Ordinary migrations, as whoever drives a drain asks for them. */
export interface MovePort {
  readonly prepare: (request: MigrationRequest, hold: Hold) => Promise<MigrationHandle>
  /** Stays with one that was on its way already: taken over where its driver died. */
  readonly watch: (guest: string) => Promise<MigrationHandle>
  /**
   * Goes on with one that was launched and has no story yet, as while Nova has it in its queue; false where nobody is at it, so that it
   * was never begun. Rejects where that cannot be told now.
   */
  readonly takeUp: (id: string, launched: MigrationRequest) => Promise<boolean>
  readonly updates: (id: string) => AsyncIterable<NumberedUpdate>
  readonly abort: (id: string) => Promise<void>
}

interface Move {
  ready: boolean
  ended: Ended | null
  /** By its last sample. */
  copy: { readonly at: number; readonly leftMs: number } | null
  /** When its first byte was seen to be sent; never of one that was on its way when it was first seen. */
  copiedFrom: number | null
  readonly isOurs: boolean
  /** `withdrawn`: by the drain itself. */
  asked: 'held' | 'launched' | 'withdrawn'
  readonly launch: () => void
}

/** The migrations of a drain, as far as this process has to do with them. */
export class Moves {
  readonly #port: MovePort
  readonly #store: Pick<Store, 'read'>
  readonly #moves = new Map<string, Move>()
  /** Called when one is ready, or has ended. */
  readonly #onNews: () => void

  constructor(port: MovePort, store: Pick<Store, 'read'>, onNews: () => void) {
    this.#port = port
    this.#store = store
    this.#onNews = onNews
  }

  /** Asks for a migration that is planned and then waits. @throws what kept it from being asked for */
  async prepare(request: MigrationRequest, planned?: AgedPlan): Promise<string> {
    const launch = Promise.withResolvers<void>()
    let move: Move | null = null
    let early = false
    const onReady = (isReady: boolean): void => {
      if (move === null) early = isReady
      else {
        move.ready = isReady
        if (isReady) this.#onNews()
      }
    }
    const hold = { onReady, launch: launch.promise, ...(planned === undefined ? {} : { planned }) }
    const { id } = await this.#port.prepare(request, hold)
    move = {
      ready: early,
      ended: null,
      copy: null,
      copiedFrom: null,
      isOurs: true,
      asked: 'held',
      launch: launch.resolve,
    }
    this.#moves.set(id, move)
    void this.#follow(id, move)
    return id
  }

  launch(id: string): void {
    const move = this.#moves.get(id)
    if (move === undefined) return
    if (move.asked === 'held') move.asked = 'launched'
    move.launch()
  }

  /** It was not launched yet: nothing was asked of any host. */
  async withdraw(id: string): Promise<void> {
    const move = this.#moves.get(id)
    if (move !== undefined) move.asked = 'withdrawn'
    await this.#port.abort(id)
    this.launch(id)
  }

  /** Lets go of all that still wait for their launch, which nobody could give them any more. */
  async letGo(): Promise<void> {
    const held = [...this.#moves].filter(([, { isOurs, asked, ended }]) => isOurs && asked === 'held' && ended === null)
    await Promise.all(held.map(([id]) => this.withdraw(id).catch(() => undefined)))
  }

  isReady(id: string): boolean {
    return this.#moves.get(id)?.ready ?? false
  }

  ended(id: string): Ended | null {
    return this.#moves.get(id)?.ended ?? null
  }

  /** In how long it likely needs the link no more; null while nobody can say. */
  copyLeftMs(id: string, now: number): number | null {
    const copy = this.#moves.get(id)?.copy ?? null
    return copy === null ? null : Math.max(0, copy.at + copy.leftMs - now)
  }

  copiedFrom(id: string): number | null {
    return this.#moves.get(id)?.copiedFrom ?? null
  }

  /**
   * Learns of one that another process had to do with: it goes on, has ended, or never began.
   *
   * @param launched how it was asked for; absent of one that was not launched
   */
  async know(id: string, guest: string, launched?: MigrationRequest): Promise<void> {
    if (this.#moves.has(id)) return
    const story = await this.#store.read(id)
    const move: Move = {
      ready: false,
      ended: null,
      copy: null,
      copiedFrom: null,
      isOurs: false,
      asked: 'launched',
      launch: () => undefined,
    }
    if (story !== null && story.report !== null) move.ended = endOf(story.report)
    this.#moves.set(id, move)
    if (move.ended !== null) return
    try {
      // Its driver may be gone: then this process drives it from here.
      if (story !== null) await this.#port.watch(guest)
      else if (launched === undefined || !(await this.#port.takeUp(id, launched))) {
        move.ended = neverBegun
        return
      }
      void this.#follow(id, move)
    } catch {
      // It may have ended just now, or somebody else is about to take it over: it is looked at again.
      this.#moves.delete(id)
    }
  }

  /** Looks again at one that ended while nobody could tell how, since a host was silent: it gets its end. */
  async settle(id: string, guest: string): Promise<void> {
    const story = await this.#store.read(id).catch(() => null)
    if (story === null || story.report !== null) return
    await this.#port.watch(guest).catch(() => undefined)
  }

  async #follow(id: string, move: Move): Promise<void> {
    let teardownMs = 0
    try {
      for await (const { update } of this.#port.updates(id)) {
        if (update.kind === 'planned') teardownMs = update.migration.facts.overheads.teardownMs
        if (update.kind === 'sample') this.#see(move, update, teardownMs)
        if (update.kind === 'refused' || update.kind === 'ended') move.ended = endOf(update.report)
      }
      move.ended ??= neverBegun
    } catch (error) {
      if (move.asked === 'launched' && isPassing(error)) {
        // It goes on, or has its end in the store: whoever drives the drain looks at it again.
        this.#moves.delete(id)
        return
      }
      move.ended = move.asked === 'withdrawn' ? notBegun(error) : errorOf(error)
    }
    this.#onNews()
  }

  #see(move: Move, { at, sample, outlook }: Extract<MigrationUpdate, { kind: 'sample' }>, teardownMs: number): void {
    const { etaMs } = outlook
    if (move.isOurs && sample.bytesSent > 0) move.copiedFrom ??= at
    if (sample.phase === 'completed') move.copy = { at, leftMs: 0 }
    else move.copy = etaMs === null ? null : { at, leftMs: Math.max(0, etaMs.likely - teardownMs) }
    // Whoever waits for the link may begin just now.
    if (move.copy !== null && move.copy.leftMs < soonMs) this.#onNews()
  }
}

/** Nobody's preparation takes longer: before that it is no news. */
const soonMs = 2000

const neverBegun: Ended = {
  outcome: 'not-begun',
  why: 'whoever was to begin it is gone; nothing was started',
  next: 'again',
}

function endOf({ outcome, reason, strategy }: Pick<MigrationReport, 'outcome' | 'reason' | 'strategy'>): Ended {
  const next = reason.code === 'asked' ? 'never' : outcome === 'refused' ? 'other-way' : 'again'
  return { outcome, why: reason.message, next, cold: strategy === 'cold' }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const notBegun = (error: unknown): Ended => ({ outcome: 'not-begun', why: wordsOf(error), next: 'again' })

/** What kept it from being begun, or from being followed. */
export function errorOf(error: unknown): Ended {
  const why = wordsOf(error)
  if (!(error instanceof LandfallError)) return { outcome: 'failed', why, next: 'again' }
  // By a person: the drain itself was not asked.
  if (error.code === 'withdrawn') return { outcome: 'aborted', why, next: 'never' }
  if (error.code === 'owned-by-nova') return { outcome: 'refused', why, next: 'never' }
  return { outcome: 'refused', why, next: 'again' }
}
