import { join } from 'node:path'
import { homedir } from 'node:os'
import type { Client } from '@landfall/api'
import type { GuestMeter, HostList, LandfallOptions } from '@landfall/server'
import { findHosts, Landfall, openStore } from '@landfall/server'
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
    named: options.host ?? [],
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

function withStore(options: Omit<LandfallOptions, 'store'>): Pick<Context, 'client'> & AsyncDisposable {
  const store = openStore(storeFolder())
  const client = new Landfall({ ...options, store, environment: process.env })
  const close = async (): Promise<void> => {
    await client[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
  }
  return { client, [Symbol.asyncDispose]: close }
}

/** `$LANDFALL_STATE`, else root's folder, else the user's own. */
function storeFolder(): string {
  const named = process.env['LANDFALL_STATE']
  if (named !== undefined) return join(named, 'migrations')
  if (process.getuid?.() === 0) return '/var/lib/landfall/migrations'
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state')
  return join(state, 'landfall/migrations')
}
