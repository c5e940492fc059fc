import type { Scope } from '@landfall/api'
import { scopes } from '@landfall/api'
import type { KnownToken } from '../http/access/tokens.ts'
import { hashOf, newToken } from '../http/access/tokens.ts'
import type { AppOptions } from '../http/app.ts'
import { createApp } from '../http/app.ts'
import type { AskedKey, KeptKeys, KeyToAnswer, KeyUse } from '../http/idempotency.ts'
import { AtATime } from '../http/limits/at-a-time.ts'
import { RateLimit } from '../http/limits/rate-limit.ts'

/** A token of each scope; that of `admin` expires at 1000. */
export const token = Object.fromEntries(scopes.map((scope) => [scope, newToken()])) as Record<Scope, string>

const records: readonly KnownToken[] = scopes.map((scope) => ({
  name: `the ${scope} token`,
  scope,
  hash: hashOf(token[scope]),
  expiresAt: scope === 'admin' ? 1000 : null,
}))

/** Keys as a store keeps them, for as long as the test lasts. */
export class MemoryKeys implements KeptKeys {
  readonly #kept = new Map<string, { readonly fingerprint: string; answer?: unknown }>()
  /** What every call fails with. */
  fault: Error | null = null

  async find(key: AskedKey): Promise<KeyUse> {
    if (this.fault !== null) throw this.fault
    const before = this.#kept.get(nameOf(key))
    if (before === undefined) return { kind: 'new' }
    const { answer } = before
    return answer === undefined
      ? { kind: 'open', fingerprint: before.fingerprint }
      : { kind: 'answered', fingerprint: before.fingerprint, answer }
  }

  async claim(key: AskedKey, fingerprint: string): Promise<KeyUse> {
    const before = await this.find(key)
    if (before.kind === 'new') this.#kept.set(nameOf(key), { fingerprint })
    return before
  }

  /** As a store does with what is asked for, in the same moment. */
  keep({ key, fingerprint }: KeyToAnswer, answer: unknown): void {
    this.#kept.set(nameOf(key), { fingerprint, answer })
  }

  async answer(key: AskedKey, answer: unknown): Promise<void> {
    const claimed = this.#kept.get(nameOf(key))
    if (claimed !== undefined) claimed.answer = answer
  }

  async drop(key: AskedKey): Promise<void> {
    this.#kept.delete(nameOf(key))
  }
}

const nameOf = ({ caller, key }: AskedKey): string => JSON.stringify([caller, key])

/** The application as a service raises it, without a store, a socket or a clock of its own. */
export function appUnderTest(
  client: AppOptions['client'],
  now: () => number,
  part: Partial<AppOptions> = {},
): ReturnType<typeof createApp> {
  const rate = { burst: 50, perSecond: 10, now }
  return createApp({
    client,
    version: '1',
    tokens: { find: (hash) => Promise.resolve(records.find((each) => each.hash === hash) ?? null) },
    people: null,
    signIn: null,
    keys: new MemoryKeys(),
    limits: {
      requests: new RateLimit(rate),
      strangers: new RateLimit(rate),
      streams: new AtATime(2, 'event streams'),
      plans: new AtATime(2, 'plans'),
    },
    addressOf: () => '192.0.2.1',
    mayNameFiles: false,
    metrics: { contentType: 'text/plain', text: () => Promise.resolve('landfall_migrations 0\n') },
    console: null,
    ready: () => now() > 0,
    now,
    newRequestId: () => 'r1',
    beforeAct: () => Promise.resolve(),
    onAnswered: () => undefined,
    ...part,
  })
}
