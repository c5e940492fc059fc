import { createHash } from 'node:crypto'
import { serverError } from '../errors.ts'

/** What was claimed for a key before. */
export type KeyClaim =
  /** Nothing: it is this request's now. */
  | { readonly kind: 'new' }
  /** By a request whose answer is not known, or not yet. */
  | { readonly kind: 'open'; readonly fingerprint: string }
  | { readonly kind: 'answered'; readonly fingerprint: string; readonly answer: unknown }

/** Where keys are kept, for every server of a fleet. */
export interface KeptKeys {
  /** Claims a key for a request, where nobody has; forgets those that were claimed before `since`. */
  readonly claim: (key: ClaimedKey, fingerprint: string, since: number) => Promise<KeyClaim>
  readonly answer: (key: ClaimedKey, answer: unknown) => Promise<void>
  /** Nothing was done: the next request may have the key. */
  readonly drop: (key: ClaimedKey) => Promise<void>
}

export interface ClaimedKey {
  readonly caller: string
  readonly key: string
  readonly at: number
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

interface Pending {
  readonly fingerprint: string
  readonly answer: Promise<unknown>
}

const keptMs = 24 * 3_600_000

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
    const answer = this.#claimAndAct({ caller, key, at: this.#now() }, fingerprint, act, isHarmlessTwice)
    this.#pending.set(name, { fingerprint, answer })
    try {
      return await answer
    } finally {
      this.#pending.delete(name)
    }
  }

  async #claimAndAct<Result>(
    key: ClaimedKey,
    fingerprint: string,
    act: () => Promise<Result>,
    isHarmlessTwice: boolean,
  ): Promise<Result> {
    const claim = await this.#kept.claim(key, fingerprint, key.at - keptMs).catch((error: unknown) => {
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
