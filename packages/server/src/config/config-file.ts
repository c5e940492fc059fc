import { InputError } from '@landfall/core'
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { serverError } from '../errors.ts'
import type { IntentConfig } from '../intent/intent-config.ts'
import { intentSchema, readIntentConfig, rulesAboutNobody } from '../intent/intent-config.ts'
import type { Host } from '../hosts/host.ts'
import type { ConfigText } from './problem/config-problem.ts'
import { placeWords } from './problem/config-problem.ts'
import { hostOf, hostSchema } from './host/host-config.ts'
import { issueWords } from './problem/issue-words.ts'
import type { NotifyConfig } from './notify-config.ts'
import { notifySchema, readNotifyConfig } from './notify-config.ts'
import type { OidcConfig } from './oidc-config.ts'
import { oidcSchema, readOidcConfig } from './oidc-config.ts'
import type { OpenStackConfig } from './openstack-config.ts'
import { openStackSchema, readOpenStackConfig } from './openstack-config.ts'
import type { ServerConfig } from './server-config.ts'
import { readServerConfig, serverSchema } from './server-config.ts'
import { whatTakes } from './problem/what-takes.ts'

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

const fileSchema = z.strictObject({
  hosts: z.record(z.string(), hostSchema).default({}),
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
  const file = { path, text }
  const parsed = fileSchema.safeParse(parseToml(file), { error: issueWords })
  if (!parsed.success) throw firstProblem(parsed.error, file)
  const { openstack, notify, oidc, intent, server } = parsed.data
  const hosts = Object.entries(parsed.data.hosts).map(([name, table]) => hostOf(name, table))
  if (hosts.length === 0) throw serverError('bad-config', `${path}: it names no host`, whatTakes(['hosts']))
  const names = hosts.map(({ name }) => name)
  return {
    hosts,
    intent: intent === undefined ? null : intentOf(intent, file),
    server: readServerConfig(server, file),
    openStack: openstack === undefined ? null : readOpenStackConfig(openstack, names, file),
    notify: notify === undefined ? null : readNotifyConfig(notify, file),
    oidc: oidc === undefined ? null : readOidcConfig(oidc),
  }
}

function firstProblem({ issues: [first] }: z.ZodError, file: ConfigText): Error {
  const keys = (first?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part))
  // Of a key that nobody knows the path is that of its table.
  const unknown = first?.code === 'unrecognized_keys' ? first.keys.slice(0, 1) : []
  const place = placeWords(file, [...keys, ...unknown])
  const what = `${keys.join('.') || 'the file'}: ${first?.message ?? 'not a hosts file'}`
  return serverError('bad-config', `${place}${what}`, whatTakes(keys))
}

function intentOf(table: z.infer<typeof intentSchema>, file: ConfigText): IntentConfig {
  try {
    const config = readIntentConfig(table, file.path)
    const [nobody] = rulesAboutNobody(config)
    if (nobody === undefined) return config
    throw new InputError('bad-intent', `${nobody}: it needs a label or name`)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    // It begins with its place: intent.for[0].max_pause
    const keys = /^[^:]*/.exec(error.message)?.[0].split(/[.[\]]+/) ?? []
    throw serverError('bad-config', `${placeWords(file, keys)}${error.message}`, whatTakes(keys), error)
  }
}

function parseToml(file: ConfigText): unknown {
  try {
    return parse(file.text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // smol-toml appends a drawing of the place; the first line says what is wrong.
    const [summary] = error.message.split('\n')
    const what = `line ${error.line}, column ${error.column}: ${summary ?? 'not TOML'}`
    throw serverError('bad-config', `${file.path}: ${what}`, whatTakes([]), error)
  }
}
