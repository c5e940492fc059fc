import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { LibvirtClientError } from '../errors.ts'
import { parseLibvirtConf } from './libvirt-conf.ts'
import type { LibvirtConf } from './libvirt-conf.ts'

/** What this process knows about its user's wishes. */
export interface ClientEnvironment {
  /** LIBVIRT_DEFAULT_URI */
  readonly defaultUri: string | undefined
  readonly isRoot: boolean
  /** libvirt.conf's text; undefined when there is none. */
  readonly readConf: () => Promise<string | undefined>
}

/** The root user's libvirt.conf, else the user's own. */
export const clientEnvironment = (): ClientEnvironment => {
  const isRoot = process.getuid?.() === 0
  const directory = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
  const path = isRoot ? '/etc/libvirt/libvirt.conf' : join(directory, 'libvirt/libvirt.conf')
  return {
    defaultUri: process.env['LIBVIRT_DEFAULT_URI'],
    isRoot,
    readConf: async () => {
      try {
        return await readFile(path, 'utf8')
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
        throw new LibvirtClientError('LIBVIRT_BAD_URI', `${path}, where URIs' short names are kept, cannot be read`, {
          cause,
        })
      }
    },
  }
}

/**
 * The URI that is meant, as libvirt finds it: a short name is looked up in libvirt.conf; without any, LIBVIRT_DEFAULT_URI, then
 * libvirt.conf's uri_default, then the local QEMU. Throws LIBVIRT_BAD_URI for a name that nobody knows.
 */
export const resolveUri = async (uri: string | undefined, environment: ClientEnvironment): Promise<string> => {
  if (uri?.includes(':') === true) return uri
  const text = await environment.readConf()
  const conf: LibvirtConf = parseLibvirtConf(text ?? '')
  const local = environment.isRoot ? 'qemu:///system' : 'qemu:///session'
  const wanted = [uri, environment.defaultUri, conf.uriDefault].find((one) => one !== undefined && one !== '') ?? local
  if (wanted.includes(':')) return wanted
  const known = conf.aliases.get(wanted)
  if (known !== undefined) return known
  const names = [...conf.aliases.keys()].join(', ')
  throw new LibvirtClientError(
    'LIBVIRT_BAD_URI',
    `'${wanted}' is neither a URI (qemu+tcp://host1/system) nor a name in libvirt.conf (${names || 'it has none'})`,
  )
}
