import type { AuditEntry, HostList, Removed, Retention, Store, TokenRecord } from '@landfall/server'
import { exportStore, findHosts, firstBroken, hashOf, newToken, openStore } from '@landfall/server'
import { hostSources, storePlace } from './context.ts'

/** What a configuration file holds, or what is wrong in it. @throws LandfallError `bad-config` */
export async function readConfiguration(file: string | undefined): Promise<HostList> {
  return findHosts(hostSources(file === undefined ? {} : { config: file }))
}

/** What an administrator does to the store itself, whether a service runs on it or not. */
export interface Administration extends AsyncDisposable {
  /** The text of a token is shown once, and kept nowhere. */
  readonly createToken: (token: Pick<TokenRecord, 'name' | 'scope' | 'expiresAt'>) => Promise<string>
  readonly tokens: () => Promise<readonly TokenRecord[]>
  readonly revokeToken: (name: string) => Promise<boolean>
  /** Every entry of every migration as JSON lines, oldest migration first. */
  readonly lines: () => AsyncIterable<string>
  readonly prune: (retention: Retention) => Promise<Removed>
  readonly trail: () => Promise<{ readonly entries: readonly AuditEntry[]; readonly broken: AuditEntry | null }>
}

export function openAdministration(): Administration {
  const store: Store = openStore(storePlace())
  return {
    createToken: async (token) => {
      const text = newToken()
      await store.tokens.add({ ...token, hash: hashOf(text), createdAt: Date.now() })
      return text
    },
    tokens: () => store.tokens.list(),
    revokeToken: (name) => store.tokens.remove(name),
    lines: () => exportStore(store),
    prune: (retention) => store.prune(retention, Date.now()),
    trail: async () => {
      const entries = await store.audit.read()
      return { entries, broken: firstBroken(entries) }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}
