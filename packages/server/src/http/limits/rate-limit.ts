import { serverError } from '../../errors.ts'

export interface RateLimitOptions {
  /** That may come at once. */
  readonly burst: number
  readonly perSecond: number
  readonly now: () => number
}

interface Bucket {
  tokens: number
  at: number
}

const mostCallers = 10_000

/** So many requests of each caller, and no more: a bucket that fills as time passes. */
export class RateLimit {
  #options: RateLimitOptions
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: RateLimitOptions) {
    this.#options = options
  }

  /** Other limits, from now on. */
  change(limits: Pick<RateLimitOptions, 'burst' | 'perSecond'>): void {
    this.#options = { ...this.#options, ...limits }
  }

  /** @throws LandfallError `too-many-requests` */
  take(caller: string): void {
    this.assertLeft(caller)
    this.count(caller)
  }

  /** As {@link take}; false where nothing is left. */
  isTaken(caller: string): boolean {
    const isLeft = this.#now(caller).tokens >= 1
    if (isLeft) this.count(caller)
    return isLeft
  }

  /** @throws LandfallError `too-many-requests` where {@link take} would; nothing is taken */
  assertLeft(caller: string): void {
    const { perSecond } = this.#options
    if (this.#now(caller).tokens >= 1) return
    throw serverError(
      'too-many-requests',
      `more than ${perSecond} requests a second`,
      'Ask less often, or follow the event streams',
    )
  }

  /** Takes what is there: of what was only found afterwards to count. */
  count(caller: string): void {
    const bucket = this.#now(caller)
    bucket.tokens = Math.max(0, bucket.tokens - 1)
    // Put behind the others, so that the first is the one that asked longest ago.
    this.#buckets.delete(caller)
    this.#buckets.set(caller, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > mostCallers && oldest !== undefined) this.#buckets.delete(oldest)
  }

  /** As filled as it is by now; a new one is full. */
  #now(caller: string): Bucket {
    const { burst, perSecond, now } = this.#options
    const at = now()
    const bucket = this.#buckets.get(caller) ?? { tokens: burst, at }
    // A clock that is set back takes nothing away.
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, at - bucket.at) / 1000) * perSecond)
    bucket.at = at
    return bucket
  }
}
