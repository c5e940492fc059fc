import type { AuditEntry, HostList, Removed, Retention, Store, TokenRecord } from '@landfall/server'
import {
  assertNotifiable,
  clientSecretOf,
  exportStore,
  findHosts,
  firstBroken,
  hashOf,
  namedCertificates,
  namedKeys,
  nameOfStore,
  newToken,
  openStore,
} from '@landfall/server'
import { hostSources, storePlace } from './context.ts'

/** What a configuration file holds, and what has to be there with it. */
export interface CheckedConfiguration extends HostList {
  readonly certificates: ReturnType<typeof namedCertificates>
  /** Private keys that URIs name for ssh. */
  readonly keys: ReturnType<typeof namedKeys>
  /** Where state lies, without secrets, and the variable that says so. */
  readonly store: string
}

/** Reads a configuration file, and what it names. @throws LandfallError `bad-config` */
export async function checkedConfiguration(file: string | undefined): Promise<CheckedConfiguration> {
  const list = await findHosts(hostSources(file === undefined ? {} : { config: file }))
  assertNotifiable(list.notify)
  const signIn = list.oidc?.signIn ?? null
  if (signIn !== null) await clientSecretOf(signIn)
  const by = ['LANDFALL_STORE', 'LANDFALL_STATE'].find((name) => (process.env[name] ?? '') !== '')
  const store = `${nameOfStore(storePlace())}${by === undefined ? '' : ` (by ${by})`}`
  return { ...list, certificates: namedCertificates(list, Date.now()), keys: namedKeys(list.hosts), store }
}

/** What an administrator does to the store itself, whether a service runs on it or not. */
export interface Administration extends AsyncDisposable {
  /** Where it lies, without secrets. */
  readonly storeName: string
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
    storeName: nameOfStore(storePlace()),
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
