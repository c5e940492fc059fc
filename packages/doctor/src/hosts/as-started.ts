import { basename, dirname, normalize } from 'node:path/posix'
import type { ConfigArgument } from '@landfall/nova'
import { configArgumentsIn } from '../files/service-arguments.ts'
import type { HostLayout } from './host-layout.ts'
import { byBytes, isContained, novaFolders } from './host-layout.ts'

const unitFile = /systemd\/system\/([\w-]+)\.service(?:\.d\/|$)/

export interface AsStarted {
  /** In the order in which the service reads them; below the host's root. */
  readonly configs: readonly string[]
  /** Folders that its command line names (--config-dir): then no others are read. Null where it names none. */
  readonly folders: readonly string[] | null
}

/**
 * The configuration of a host in the order in which its service reads it: as its unit's command line names it, else as it lies there. What
 * is named and was not found is among it. Paths are below the host's root. Pure.
 *
 * @param textOf of a file that sets the service's environment
 */
export function asStarted(layout: HostLayout, textOf: (path: string) => string): AsStarted {
  const { configs, environments } = layout
  const units = environments.filter((path) => unitFile.test(path))
  const names = new Set(units.map((path) => unitFile.exec(path)?.[1]))
  // In a container, the host's own unit is not what starts it; of several it is not known which does.
  if (names.size !== 1 || configs.some(isContained)) return { configs, folders: null }
  const given = configArgumentsIn(units.map(textOf))
  if (given === null) return { configs, folders: null }
  const folders = given.filter(({ kind }) => kind === 'directory').map(({ path }) => belowRoot(path))
  return { configs: [...new Set(read(configs, given))], folders: folders.length === 0 ? null : folders }
}

/** oslo.config: default files unless one is named, default folders unless one is named, then all that is named, in its order. */
function read(configs: readonly string[], given: readonly ConfigArgument[]): readonly string[] {
  const isNamed = (kind: ConfigArgument['kind']): boolean => given.some((each) => each.kind === kind)
  const standing = configs.filter((path) => {
    const folder = dirname(path)
    if (folder === 'etc/nova') return !isNamed('file') && ['nova.conf', 'nova-compute.conf'].includes(basename(path))
    return !isNamed('directory') && ['etc/nova/nova.conf.d', 'etc/nova/nova-compute.conf.d'].includes(folder)
  })
  return [...standing, ...given.flatMap((each) => namedBy(configs, each))]
}

function namedBy(configs: readonly string[], { kind, path }: ConfigArgument): readonly string[] {
  const below = belowRoot(path)
  if (kind === 'file') return [below]
  const found = configs.filter((each) => dirname(each) === below).toSorted(byBytes)
  // A folder that nobody looks into may have anything.
  return found.length > 0 || novaFolders.includes(below) ? found : [below]
}

const belowRoot = (path: string): string => normalize(path).replaceAll(/^\/|\/$/g, '')
