import { join } from 'node:path'
import { homedir } from 'node:os'
import type { Client } from '@landfall/api'
import type { GuestMeter, HostList, LandfallOptions, Removed, Retention } from '@landfall/server'
import { exportStore, findHosts, Landfall, openStore } from '@landfall/server'
import { findLaboratories, laboratoryMeter } from './laboratory.ts'

export interface HostOptions {
  readonly host?: readonly string[]
  readonly config?: string
}

export interface Context extends AsyncDisposable {
  readonly client: Client
  readonly hostList: HostList
}

const defaultHostsFile = '/etc/landfall/landfall.toml'

/** The hosts that the options name, and the system that works on them, in this process. */
export async function openContext(options: HostOptions): Promise<Context> {
  const hostList = await findHosts({
    options: options.host ?? [],
    configFile: options.config,
    environmentFile: process.env['LANDFALL_CONFIG'],
    defaultFile: defaultHostsFile,
    laboratories: findLaboratories,
  })
  const meter: GuestMeter | null = await laboratoryMeter(hostList.hosts)
  return { ...withStore({ hosts: hostList.hosts, intent: hostList.intent, meter }), hostList }
}

/** What is written of migrations: no host is needed for it. */
export const openHistory = (): Pick<Context, 'client'> & AsyncDisposable => withStore({ hosts: [] })

/** Everything that is kept of migrations, as it lies in the store. */
export interface Kept extends AsyncDisposable {
  /** As JSON lines. */
  readonly lines: () => AsyncIterable<string>
  readonly prune: (retention: Retention) => Promise<Removed>
}

export function openKept(): Kept {
  const store = openStore(storePlace())
  return {
    lines: () => exportStore(store),
    prune: (retention) => store.prune(retention, Date.now()),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

function withStore(options: Omit<LandfallOptions, 'store'>): Pick<Context, 'client'> & AsyncDisposable {
  const store = openStore(storePlace())
  const client = new Landfall({ ...options, store, environment: process.env })
  const close = async (): Promise<void> => {
    await client[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
  }
  return { client, [Symbol.asyncDispose]: close }
}

/** `$LANDFALL_STORE`, which may be a database of PostgreSQL; else the folder of `$LANDFALL_STATE`, root's, or the user's own. */
function storePlace(): string {
  const store = process.env['LANDFALL_STORE']
  if (store !== undefined && store !== '') return store
  const named = process.env['LANDFALL_STATE']
  if (named !== undefined) return join(named, 'migrations')
  if (process.getuid?.() === 0) return '/var/lib/landfall/migrations'
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state')
  return join(state, 'landfall/migrations')
}
