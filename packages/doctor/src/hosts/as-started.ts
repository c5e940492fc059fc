import { basename, dirname, normalize } from 'node:path/posix'
import type { ConfigArgument } from '@landfall/nova'
import { configArgumentsIn } from '../files/service-arguments.ts'
import { environmentIn, isOfOslo } from '../files/service-environment.ts'
import { environmentInFile, unitEnvironment } from '../files/unit-environment.ts'
import type { HostLayout } from './host-layout.ts'
import { byBytes, isContained, novaFolders } from './host-layout.ts'
import type { ServiceUnit } from './service-unit.ts'
import { serviceUnits } from './service-unit.ts'

/** A file below a host's root. `unread`: it is there, or may be there, and what it says is not known. */
export type FileText = { readonly what: 'text'; readonly text: string } | { readonly what: 'absent' | 'unread' }

export interface AsStarted {
  /** In the order in which the service reads them; below the host's root. */
  readonly configs: readonly string[]
  /** Folders that its command line names (--config-dir): then no others are read. Null where it names none. */
  readonly folders: readonly string[] | null
  /** What the environment of its service sets for oslo.config. */
  readonly environment: Readonly<Record<string, string>>
  /** Files that may set more of it, and units that pass on what systemd itself has. */
  readonly unread: readonly string[]
}

/**
 * How a host's service is started: its configuration in the order in which it is read, as its unit's command line names it, else as it lies
 * there, and its environment. What is named and was not found is among the configuration. Paths are below the host's root. Pure.
 */
export function asStarted(layout: HostLayout, textOf: (path: string) => FileText): AsStarted {
  const { configs, environments } = layout
  // In a container, the host's own unit is not what starts it.
  if (configs.some(isContained)) return { configs, folders: null, environment: {}, unread: [] }
  const unread: string[] = []
  const read = (path: string, optional = true): string => {
    const found = textOf(path)
    if (found.what === 'unread' || (found.what === 'absent' && !optional)) unread.push(path)
    return found.what === 'text' ? found.text : ''
  }
  const units = serviceUnits(environments).map((unit) => ({ ...unit, texts: textsOf(unit, read) }))
  const environment: Record<string, string> = {}
  for (const { name, main, dropIns, texts } of units) {
    const { set, files, unset, passed } = unitEnvironment(name, texts)
    const own: Record<string, string> = { ...set }
    for (const { path, optional } of files) Object.assign(own, environmentInFile(read(belowRoot(path), optional)))
    for (const each of passed.filter((variable) => isOfOslo(variable) && own[variable] === undefined))
      if (!unset.some((taken) => taken.name === each && taken.value === null))
        unread.push(`${main ?? dropIns[0] ?? name} (PassEnvironment=${each})`)
    for (const taken of unset) if (taken.value === null || taken.value === own[taken.name]) delete own[taken.name]
    Object.assign(environment, own)
  }
  // What an init script takes in, for all that is known of how the service is started.
  if (units.length === 0 || units.some(isByScript))
    for (const path of environments.filter((each) => !each.includes('/systemd/')))
      Object.assign(environment, environmentIn(read(path)))
  const [unit] = units
  // Of several it is not known which starts it.
  const given = unit !== undefined && units.length === 1 ? configArgumentsIn(unit.texts) : null
  if (given === null) return { configs, folders: null, environment, unread }
  const folders = given.filter(({ kind }) => kind === 'directory').map(({ path }) => belowRoot(path))
  return {
    configs: [...new Set(inOrder(configs, given))],
    folders: folders.length === 0 ? null : folders,
    environment,
    unread,
  }
}

const textsOf = ({ main, dropIns }: ServiceUnit, read: (path: string) => string): readonly string[] =>
  [...(main === null ? [] : [main]), ...dropIns].map((path) => read(path))

/** Whether a shell starts the service, or may: then it reads more than systemd does. */
const isByScript = ({ main, texts }: ServiceUnit & { readonly texts: readonly string[] }): boolean =>
  main === null || texts.some((text) => /^\s*ExecStart\s*=.*(?:init\.d\/|\/(?:ba|da)?sh\s)/m.test(text))

/** oslo.config: default files unless one is named, default folders unless one is named, then all that is named, in its order. */
function inOrder(configs: readonly string[], given: readonly ConfigArgument[]): readonly string[] {
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
