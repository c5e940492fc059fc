import { createHash } from 'node:crypto'
import { LandfallError } from '@landfall/core'
import { serverError } from '../errors.ts'

/** What a key was used for before. */
export type KeyUse =
  /** Nothing. */
  | { readonly kind: 'new' }
  /** A request whose answer is not known, or not yet. */
  | { readonly kind: 'open'; readonly fingerprint: string }
  | { readonly kind: 'answered'; readonly fingerprint: string; readonly answer: unknown }

/** Where keys are kept, for every server of a fleet, and forgotten after a day. */
export interface KeptKeys {
  /** Uses it for nothing. */
  readonly find: (key: AskedKey) => Promise<KeyUse>
  /** Uses a key for a request where nobody has: it is this request's where it was new. */
  readonly claim: (key: AskedKey, fingerprint: string) => Promise<KeyUse>
  readonly answer: (key: AskedKey, answer: unknown) => Promise<void>
  /** Nothing was done: the next request may have the key. */
  readonly drop: (key: AskedKey) => Promise<void>
}

export interface AskedKey {
  readonly caller: string
  readonly key: string
  readonly at: number
}

/** A key, and what it is used for. */
export interface KeyToAnswer {
  readonly key: AskedKey
  readonly fingerprint: string
}

export interface KeyedRequest {
  readonly caller: string
  /** Null where the caller sent none: then it is done, and not remembered. */
  readonly key: string | null
  readonly request: unknown
}

export interface OnceOptions {
  /** Whether doing it twice does no harm: it is done where its key cannot be kept, and where nobody knows whether it was. */
  readonly isHarmlessTwice: boolean
}

/** Wishing the same twice does no harm; not being heard would. */
export const harmlessTwice: OnceOptions = { isHarmlessTwice: true }

interface Pending {
  readonly fingerprint: string
  readonly answer: Promise<unknown>
}

/**
 * What was answered to a key: who asks again with the same key, because the answer got lost, gets the same answer, and nothing is
 * done twice, after a restart and by another server of the same store as well. A key belongs to its caller. An error is not kept:
 * nothing was done, and the next try may do it.
 */
export class IdempotencyKeys {
  readonly #kept: KeptKeys
  readonly #pending = new Map<string, Pending>()
  readonly #now: () => number

  constructor(kept: KeptKeys, now: () => number) {
    this.#kept = kept
    this.#now = now
  }

  /**
   * @throws LandfallError `key-used-otherwise` where the key was used for another request; `key-unfinished` where it is not known
   *   what became of the one that used it; `bad-request` for a key that is too long
   */
  async once<Result>(
    { caller, key, request }: KeyedRequest,
    act: () => Promise<Result>,
    { isHarmlessTwice }: OnceOptions = { isHarmlessTwice: false },
  ): Promise<Result> {
    if (key === null) return act()
    return this.#oneAtATime({ caller, key, request }, (asked) => this.#claimAndAct(asked, act, isHarmlessTwice))
  }

  /**
   * As {@link once}, for what keeps its key and its answer in one moment with what it does: there is none at which nobody knows.
   *
   * @param act refuses, and does nothing, where its key is used by then
   */
  async onceKept<Result>(
    { caller, key, request }: KeyedRequest,
    act: (key: KeyToAnswer | undefined) => Promise<Result>,
  ): Promise<Result> {
    if (key === null) return act(undefined)
    return this.#oneAtATime({ caller, key, request }, async (asked) => {
      // Of the same request, and so of the same kind.
      const before = await this.#answerTo(asked)
      if (before !== null) return before.answer as Result
      try {
        return await act(asked)
      } catch (error) {
        // The same request may have come to another server at the same moment, and been done there.
        const done = await this.#answerTo(asked).catch((why: unknown) => {
          if (why instanceof LandfallError && why.code === 'key-used-otherwise') throw why
          return null
        })
        if (done === null) throw error
        return done.answer as Result
      }
    })
  }

  async #oneAtATime<Result>(
    { caller, key, request }: KeyedRequest & { readonly key: string },
    act: (asked: KeyToAnswer) => Promise<Result>,
  ): Promise<Result> {
    if (!/^.{1,200}$/.test(key)) {
      throw serverError('bad-request', 'the Idempotency-Key has more than 200 characters, or none', 'Use a UUID')
    }
    const name = JSON.stringify([caller, key])
    const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('hex')
    const before = this.#pending.get(name)
    if (before !== undefined) {
      assertSame(before.fingerprint, fingerprint)
      // Of the same request, and so of the same kind.
      return (await before.answer) as Result
    }
    const answer = act({ key: { caller, key, at: this.#now() }, fingerprint })
    this.#pending.set(name, { fingerprint, answer })
    try {
      return await answer
    } finally {
      this.#pending.delete(name)
    }
  }

  /** What was answered to it; null where it is new. @throws LandfallError as {@link once} */
  async #answerTo({ key, fingerprint }: KeyToAnswer): Promise<{ readonly answer: unknown } | null> {
    const before = await this.#kept.find(key)
    if (before.kind === 'new') return null
    assertSame(before.fingerprint, fingerprint)
    if (before.kind === 'open') throw unfinished()
    return before
  }

  async #claimAndAct<Result>(
    { key, fingerprint }: KeyToAnswer,
    act: () => Promise<Result>,
    isHarmlessTwice: boolean,
  ): Promise<Result> {
    const claim = await this.#kept.claim(key, fingerprint).catch((error: unknown) => {
      if (!isHarmlessTwice) throw error
      return null
    })
    if (claim === null) return act()
    if (claim.kind !== 'new') assertSame(claim.fingerprint, fingerprint)
    if (claim.kind === 'answered') return claim.answer as Result
    if (claim.kind === 'open' && !isHarmlessTwice) throw unfinished()
    try {
      const answer = await act()
      // Where it is not taken the key stays open, and whoever asks again is told that nobody knows.
      await this.#kept.answer(key, answer).catch(() => undefined)
      return answer
    } catch (error) {
      await this.#kept.drop(key).catch(() => undefined)
      throw error
    }
  }
}

function assertSame(before: string, now: string): void {
  if (before === now) return
  throw serverError(
    'key-used-otherwise',
    'the Idempotency-Key was used for another request',
    'Use a new key for each request; the same only to repeat one',
  )
}

const unfinished = (): Error =>
  serverError(
    'key-unfinished',
    'the request that used this Idempotency-Key has not been answered, or its server died before it was',
    'Ask again in some seconds; where it stays so, look what became of it (GET /migrations/under-way), and use a new key',
  )
