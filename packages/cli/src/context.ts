import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@landfall/api'
import { HttpClient } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { GuestMeter, HostSources, LandfallOptions } from '@landfall/server'
import { findHosts, Landfall, openNova, openStore } from '@landfall/server'
import { findLaboratories, laboratoryMeter } from './laboratory.ts'

export interface HostOptions {
  readonly host?: readonly string[]
  readonly config?: string
  /** Of a service that does the work. */
  readonly server?: string
}

/** What answers a command: this process, or a service. */
export interface Context extends AsyncDisposable {
  readonly client: Client
  /** What is in use, in words for a person: the hosts and who named them, or the service. */
  readonly inUse: string
  /** Whether migrations go on being steered when this process ends. */
  readonly outlivesUs: boolean
}

const defaultHostsFile = '/etc/landfall/landfall.toml'

/** @throws LandfallError `bad-config` */
export async function openContext(options: HostOptions): Promise<Context> {
  const url = serverOf(options)
  return url === null ? openHere(options) : openService(url)
}

/** What is written of migrations: no host is needed for it. */
export function openHistory(options: Pick<HostOptions, 'server'>): Pick<Context, 'client'> & AsyncDisposable {
  const url = serverOf(options)
  return url === null ? withStore({ hosts: [] }) : openService(url)
}

/** The hosts that the options name, and the system that works on them, in this process. */
async function openHere(options: HostOptions): Promise<Context> {
  const { hosts, intent, origin, openStack } = await findHosts(hostSources(options))
  const meter: GuestMeter | null = await laboratoryMeter(hosts)
  const names = hosts.map(({ name }) => name).join(', ')
  return {
    ...withStore({ hosts, intent, meter, nova: openNova(openStack, process.env) }),
    inUse: `hosts: ${names} (from ${origin})`,
    outlivesUs: false,
  }
}

/** Where hosts are named, the first that does so counts. */
export const hostSources = ({ host, config }: Omit<HostOptions, 'server'>): HostSources => ({
  named: host ?? [],
  configFile: config,
  environmentFile: process.env['LANDFALL_CONFIG'],
  defaultFile: defaultHostsFile,
  laboratories: findLaboratories,
})

/** `--server`, else `$LANDFALL_SERVER` unless hosts are named; null where this process is to do the work. */
function serverOf({ server, host = [], config }: HostOptions): string | null {
  const namesHosts = host.length > 0 || config !== undefined
  if (server !== undefined && namesHosts) {
    throw new LandfallError('bad-config', '--server does not go with --host or --config', {
      next: 'A service knows its own hosts; leave one of them out',
    })
  }
  const { LANDFALL_SERVER: usual = '' } = process.env
  return server ?? (namesHosts || usual === '' ? null : usual)
}

/** The token is never an option: those are read by every user of the machine. */
function openService(url: string): Context {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new LandfallError('bad-config', `"${url}" is not the address of a service`, {
      next: 'Write it like https://landfall.example:8440',
    })
  }
  const { username, password, protocol, hostname } = new URL(url)
  if (username !== '' || password !== '') {
    throw new LandfallError('bad-config', 'the address of a service takes no name and no password', {
      next: 'Put its token into LANDFALL_TOKEN, or a file that LANDFALL_TOKEN_FILE names',
    })
  }
  const token = tokenFrom(process.env)
  if (token !== null && protocol === 'http:' && !/^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname)) {
    throw new LandfallError('bad-config', `the token would go to ${hostname} unencrypted`, { next: 'Use https' })
  }
  const client = new HttpClient({ url, token })
  return {
    client,
    inUse: `service: ${url}`,
    outlivesUs: true,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

/** `$LANDFALL_TOKEN`, or what stands in `$LANDFALL_TOKEN_FILE`. @throws LandfallError `bad-config` */
function tokenFrom(environment: NodeJS.ProcessEnv): string | null {
  const { LANDFALL_TOKEN: token, LANDFALL_TOKEN_FILE: path } = environment
  if (token !== undefined) return checkedToken(token)
  if (path === undefined) return null
  try {
    return checkedToken(readFileSync(path, 'utf8').trim())
  } catch (error) {
    if (error instanceof LandfallError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new LandfallError('bad-config', `$LANDFALL_TOKEN_FILE cannot be read: ${why}`, {
      next: 'Check the path and who may read it',
      cause: error,
    })
  }
}

/** One of another form is never sent, and never shown. */
function checkedToken(token: string): string {
  // Ours, and those of an issuer.
  if (/^[\w-]{1,200}$/.test(token) || (token.length < 8192 && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token))) return token
  throw new LandfallError('bad-config', 'the token of the service is not of the form that tokens have', {
    next: 'Use it as "landfall token create" printed it, or as its issuer gave it',
  })
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
export function storePlace(): string {
  const store = process.env['LANDFALL_STORE']
  if (store !== undefined && store !== '') return store
  const named = process.env['LANDFALL_STATE']
  if (named !== undefined) return join(named, 'migrations')
  if (process.getuid?.() === 0) return '/var/lib/landfall/migrations'
  const state = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state')
  return join(state, 'landfall/migrations')
}
