import { randomUUID } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { answerTo } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { AuditEntry, HostList, Removed, Retention, Store, TokenRecord } from '@landfall/server'
import {
  assertNotifiable,
  clientSecretOf,
  exportStore,
  findHosts,
  firstBroken,
  hashOf,
  isStoreThere,
  namedCertificates,
  namedKeys,
  nameOfStore,
  newToken,
  openStore,
} from '@landfall/server'
import { hostSources, storePlace } from './context.ts'
import { showError } from './error-exit.ts'

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

/** What an administrator does to the store itself, whether a service runs on it or not. What changes it is in the audit trail. */
export interface Administration extends AsyncDisposable {
  /** Where it lies, without secrets. */
  readonly storeName: string
  /** The text of a token is shown once, and kept nowhere. */
  readonly createToken: (token: Pick<TokenRecord, 'name' | 'scope' | 'expiresAt'>) => Promise<string>
  readonly tokens: () => Promise<readonly TokenRecord[]>
  /** @throws LandfallError `unknown-name` */
  readonly revokeToken: (name: string) => Promise<void>
  /** Every entry of every migration as JSON lines, oldest migration first. */
  readonly lines: () => AsyncIterable<string>
  readonly prune: (retention: Retention) => Promise<Removed>
  readonly trail: () => Promise<{ readonly entries: readonly AuditEntry[]; readonly broken: AuditEntry | null }>
}

/** @param onMissed told where something was done, and the audit trail lacks its outcome */
export function openAdministration(onMissed: (error: unknown) => void): Administration {
  const store: Store = openStore(storePlace())
  const audited = auditedIn(store, onMissed)
  const storeName = nameOfStore(storePlace())
  return {
    storeName,
    createToken: (token) =>
      audited('token create', { name: token.name, scope: token.scope }, async () => {
        const text = newToken()
        await store.tokens.add({ ...token, hash: hashOf(text), createdAt: Date.now() })
        return text
      }),
    tokens: () => store.tokens.list(),
    revokeToken: async (name) => {
      // A line about it would make a store where there is none.
      if (!isStoreThere(storePlace())) {
        throw new LandfallError('unknown-name', `there is no token "${name}", for there is no store at ${storeName}`, {
          next: "Name the service's by LANDFALL_STORE or LANDFALL_STATE, as its user or root",
        })
      }
      await audited('token revoke', { name }, async () => {
        if (await store.tokens.remove(name)) return
        throw new LandfallError('unknown-name', `there is no token "${name}"`, {
          next: 'List them with "landfall token list"',
        })
      })
    },
    lines: () => exportStore(store),
    prune: async (retention) => {
      // Nothing can be removed where nothing has ended; a line about it would make a store where there is none.
      if ((await store.ended({ limit: 1 })).items.length === 0) return { migrations: 0, entries: 0 }
      const { longestDays, mostMigrations, reports } = retention
      const about = { 'older-than': longestDays, newest: mostMigrations, reports }
      return await audited('store prune', about, () => store.prune(retention, Date.now()))
    },
    trail: async () => {
      const entries = await store.audit.read()
      return { entries, broken: firstBroken(entries) }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

/**
 * Writes down what is done to a store as a service writes what it is asked: a line before it, and one with its outcome. Without the
 * first nothing is done: what is to be changed lies in the same store.
 */
function auditedIn({ audit }: Pick<Store, 'audit'>, onMissed: (error: unknown) => void) {
  return async <T>(
    path: string,
    about: Readonly<Record<string, string | number | undefined>>,
    act: () => Promise<T>,
  ): Promise<T> => {
    const given = Object.entries(about).filter(([, value]) => value !== undefined)
    const target = given.map(([key, value]) => `${key}=${value}`).join(' ')
    const asked = { caller: ownName(), requestId: randomUUID(), method: 'command', path, target }
    const write = (status: number | null): Promise<void> => audit.add({ ...asked, at: Date.now(), status })
    await write(null)
    try {
      const done = await act()
      await write(200).catch(onMissed)
      return done
    } catch (error) {
      await write(answerTo(showError(error).code).httpStatus).catch(onMissed)
      throw error
    }
  }
}

/** Who runs the command, as the machine knows it; no token can have such a name. */
const ownName = (): string => `local:${ownUser()}@${hostname()}`

function ownUser(): string {
  try {
    return userInfo().username
  } catch {
    // In a container a user may have no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
