import { isIP } from 'node:net'
import type { LandfallError } from '@landfall/core'
import { InputError, parseRate, parseSize } from '@landfall/core'
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { serverError } from '../errors.ts'
import type { IntentConfig } from '../intent/intent-config.ts'
import { intentSchema, readIntentConfig, rulesAboutNobody } from '../intent/intent-config.ts'
import type { Host } from '../hosts/host.ts'
import { placeInToml } from './toml-place.ts'
import type { NotifyConfig } from './notify-config.ts'
import { notifySchema, readNotifyConfig } from './notify-config.ts'
import type { OidcConfig } from './oidc-config.ts'
import { oidcSchema, readOidcConfig } from './oidc-config.ts'
import type { OpenStackConfig } from './openstack-config.ts'
import { openStackSchema, readOpenStackConfig } from './openstack-config.ts'
import type { ServerConfig } from './server-config.ts'
import { readServerConfig, serverSchema } from './server-config.ts'

/** What a host keeps for itself where the file does not say: Nova's default of reserved_host_memory_mb. */
const defaultReserve = '512MiB'

/** A hosts file as it was read. */
export interface ConfigFile {
  readonly hosts: Host[]
  /** Null where it sets none. */
  readonly intent: IntentConfig | null
  /** How a service is run by it; what it does not say is by default. */
  readonly server: ServerConfig
  /** How Nova is reached, and which of its migrations are steered; null where it does not say. */
  readonly openStack: OpenStackConfig | null
  /** Who is told of migrations; null for nobody. */
  readonly notify: NotifyConfig | null
  /** Whose tokens are taken beside our own; null for nobody's. */
  readonly oidc: OidcConfig | null
}

/** libvirt chooses the port. */
const isAddress = (text: string): boolean => isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)

const hostSchema = z.strictObject({
  uri: z.string().min(1),
  peer_uri: z.string().min(1).optional(),
  migration_address: z.string().refine(isAddress, 'a host name or an IP address, without a port').optional(),
  link: z.string().optional(),
  reserved_memory: z.string().optional(),
})

const fileSchema = z.strictObject({
  hosts: z.record(z.string(), hostSchema),
  intent: intentSchema.optional(),
  server: serverSchema.prefault({}),
  openstack: openStackSchema.optional(),
  notify: notifySchema.optional(),
  oidc: oidcSchema.optional(),
})

/**
 * Reads a hosts file (TOML):
 *
 * ```toml
 * [hosts.rack1-a]
 * uri = "qemu+ssh://rack1-a/system"          # how this controller reaches it
 * peer_uri = "qemu+tls://rack1-a/system"     # how the other hosts reach it; default: the same
 * migration_address = "192.0.2.11"           # where memory is sent to; default: libvirt's choice, its host name
 * link = "10Gbit/s"                          # rate of that network; default: from earlier migrations, else 10 Gbit/s
 * reserved_memory = "2GiB"                   # never given to guests; default: 512MiB
 *
 * [intent]                                   # for every guest
 * max_pause = "500ms"
 *
 * [[intent.for]]                             # for some
 * label = "tier=db"                          # or name = "db-*"
 * preset = "gentle"
 *
 * [server]                                   # of landfall serve
 * listen = "127.0.0.1:8440"
 *
 * [openstack]                                # of hosts whose instances are Nova's
 * cloud = "production"                       # of clouds.yaml
 *
 * [[notify.webhook]]                         # who is told of migrations
 * name = "monitoring"
 * ```
 *
 * @throws LandfallError `bad-config`, naming the file, the place and what is accepted.
 */
export function readConfigFile(text: string, path: string): ConfigFile {
  const parsed = fileSchema.safeParse(parseToml(text, path))
  if (!parsed.success) {
    const [first] = parsed.error.issues
    const keys = (first?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part))
    // Of a key that nobody knows the path is that of its table.
    const unknown = first?.code === 'unrecognized_keys' ? first.keys.slice(0, 1) : []
    const place = keys.length === 0 ? 'the file' : keys.join('.')
    throw badConfig(path, `${placeWords(text, [...keys, ...unknown])}${place}: ${first?.message ?? 'not a hosts file'}`)
  }
  const hosts = Object.entries(parsed.data.hosts).map(([name, entry]): Host => {
    try {
      return {
        name,
        uri: entry.uri,
        peerUri: entry.peer_uri ?? entry.uri,
        migrationAddress: entry.migration_address ?? null,
        linkBytesPerSecond: entry.link === undefined ? null : parseRate(entry.link),
        reservedBytes: parseSize(entry.reserved_memory ?? defaultReserve),
      }
    } catch (error) {
      throw badConfig(path, `hosts.${name}: ${error instanceof Error ? error.message : String(error)}`, error)
    }
  })
  if (hosts.length === 0) throw badConfig(path, 'it names no host')
  return {
    hosts,
    intent: intentOf(parsed.data.intent, path),
    server: readServerConfig(parsed.data.server, path),
    openStack: parsed.data.openstack === undefined ? null : readOpenStackConfig(parsed.data.openstack),
    notify: parsed.data.notify === undefined ? null : readNotifyConfig(parsed.data.notify, path),
    oidc: parsed.data.oidc === undefined ? null : readOidcConfig(parsed.data.oidc),
  }
}

function intentOf(table: z.infer<typeof intentSchema> | undefined, path: string): IntentConfig | null {
  if (table === undefined) return null
  try {
    const config = readIntentConfig(table, path)
    const [nobody] = rulesAboutNobody(config)
    if (nobody === undefined) return config
    throw badConfig(path, `${nobody}: it needs a label or name`)
  } catch (error) {
    if (error instanceof InputError) throw badConfig(path, error.message, error)
    throw error
  }
}

/**
 * Reads a host that is written `NAME=URI`.
 *
 * @throws LandfallError `bad-config`
 */
export function readHost(written: string): Host {
  const at = written.indexOf('=')
  const name = written.slice(0, at)
  const uri = written.slice(at + 1)
  if (at < 1 || !uri.includes(':')) {
    throw serverError(
      'bad-config',
      `the host "${written}" is not NAME=URI`,
      'Write it like host1=qemu+ssh://host1/system',
    )
  }
  const reservedBytes = parseSize(defaultReserve)
  return { name, uri, peerUri: uri, migrationAddress: null, linkBytesPerSecond: null, reservedBytes }
}

/** `line 3, column 1: `, where it can be found. */
function placeWords(text: string, path: readonly (string | number)[]): string {
  const place = placeInToml(text, path)
  return place === null ? '' : `line ${place.line}, column ${place.column}: `
}

function parseToml(text: string, path: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // smol-toml appends a drawing of the place; the first line says what is wrong.
    const [summary] = error.message.split('\n')
    throw badConfig(path, `line ${error.line}, column ${error.column}: ${summary ?? 'not TOML'}`, error)
  }
}

function badConfig(path: string, problem: string, cause?: unknown): LandfallError {
  return serverError(
    'bad-config',
    `${path}: ${problem}`,
    'A hosts file has one [hosts.NAME] table per host with uri = "qemu+ssh://NAME/system", and may have an [intent] table',
    cause,
  )
}
