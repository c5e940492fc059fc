import { advise } from '@landfall/core'
import { readFileSync } from 'node:fs'
import { serverError } from '../errors.ts'
import type { Host } from '../hosts/host.ts'
import type { IntentConfig } from '../intent/intent-config.ts'
import { readConfigFile } from './config-file.ts'
import { readHost } from './host/host-config.ts'
import type { ServerConfig } from './server-config.ts'
import { defaultServerConfig } from './server-config.ts'
import type { NotifyConfig } from './notify-config.ts'
import type { OidcConfig } from './oidc-config.ts'
import type { OpenStackConfig } from './openstack-config.ts'

/** Where the hosts in use were named, in words for the operator. */
export interface HostList {
  readonly hosts: readonly Host[]
  readonly origin: string
  /** What the same file sets of intents; absent where it does not, or was not read. */
  readonly intent?: IntentConfig
  /** How a service is run by the same file; by default where it does not say, or was not read. */
  readonly server: ServerConfig
  /** Of the same file, how its Nova is reached. */
  readonly openStack: OpenStackConfig | null
  /** Of the same file, who is told of migrations. */
  readonly notify: NotifyConfig | null
  /** Of the same file, whose tokens a service takes beside our own. */
  readonly oidc: OidcConfig | null
}

export interface HostSources {
  /** Each as `NAME=URI`. */
  readonly named: readonly string[]
  /** A file that was named in the call. */
  readonly configFile: string | undefined
  /** `$LANDFALL_CONFIG`. */
  readonly environmentFile: string | undefined
  /** The file looked for where nothing was named. */
  readonly defaultFile: string
  /** Hosts files of the laboratories that are up on this machine. */
  readonly laboratories: () => Promise<readonly { readonly name: string; readonly hostsFile: string }[]>
}

/**
 * The hosts to work with: options, else the named file, else the default file, else a laboratory that is up.
 *
 * @throws LandfallError `bad-config` for a file that cannot be used, `no-hosts` when nothing names any.
 */
export async function findHosts(sources: HostSources): Promise<HostList> {
  if (sources.named.length > 0) {
    const hosts = sources.named.map((written) => readHost(written))
    const twice = hosts.find((host, index) => hosts.findIndex(({ name }) => name === host.name) !== index)
    if (twice !== undefined) {
      throw serverError('bad-config', `the host "${twice.name}" is named twice`, 'Give each host a name of its own')
    }
    const byDefault = { server: defaultServerConfig, openStack: null, notify: null, oidc: null }
    return { hosts, origin: 'the hosts named in the call', ...byDefault }
  }
  const named = sources.configFile ?? sources.environmentFile
  if (named !== undefined) return readList(named)
  if (isThere(sources.defaultFile)) return readList(sources.defaultFile)
  const laboratories = await sources.laboratories()
  const [laboratory, ...others] = laboratories
  if (laboratory === undefined) {
    throw serverError(
      'no-hosts',
      'no hosts are named and no laboratory is up',
      advise`Name them with ${{ action: 'name-hosts', defaultFile: sources.defaultFile }}`,
    )
  }
  if (others.length > 0) {
    const names = laboratories.map(({ name }) => name).join(', ')
    throw serverError(
      'no-hosts',
      `no hosts are named and several laboratories are up: ${names}`,
      advise`Choose one, e.g. ${{ action: 'use-hosts-file', path: laboratory.hostsFile }}`,
    )
  }
  return { ...readList(laboratory.hostsFile), origin: `the laboratory "${laboratory.name}"` }
}

function readList(path: string): HostList {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/,.*/s, '') : String(error)
    throw serverError(
      'bad-config',
      `cannot read the hosts file ${path}: ${why}`,
      'Check the name and the permissions of the file',
      error,
    )
  }
  const { hosts, intent, server, openStack, notify, oidc } = readConfigFile(text, path)
  return { hosts, origin: path, server, openStack, notify, oidc, ...(intent === null ? {} : { intent }) }
}

function isThere(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch (error) {
    // A file that is there but unreadable must not be passed over for a laboratory.
    return !(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
  }
}
