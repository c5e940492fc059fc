import { hostname } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { doctorError } from '../errors.ts'
import type { ConfigArgument } from '@landfall/nova'
import { pathsOf } from './config-files.ts'
import type { FolderContent } from './host-folder.ts'
import { isOpen, kindOf, lookInto, subfolders } from './host-folder.ts'
import type { HostPlace, HostSpec } from './host-material.ts'
import { logName, novaFolders, sortLogs } from './host-layout.ts'
import { hostInLog, hostInLogs } from './host-in-log.ts'
import { hostOfRoot, isArchive, unpack } from '../files/archive.ts'
import { parseSshTarget } from '../ssh/ssh-source.ts'

export interface HypervisorsGiven {
  /** Files, folders of a host, folders of such folders. */
  readonly paths: readonly string[]
  /** `NAME=DIR`, `NAME=FILE`, `NAME=ssh://...` */
  readonly named: readonly string[]
  /** Configuration given file by file: that of the one host. */
  readonly configs: readonly ConfigArgument[]
  /** This machine's, for where nothing is named. */
  readonly root?: string
}

/** How a host is called where nothing names it. */
const unnamed = 'host'
/** How far below a folder hosts are looked for: site, rack, host. */
const mostDeep = 3

/**
 * The hypervisors that somebody named, and where their files are. Without anything named: this machine.
 *
 * @throws LandfallError `bad-config` for a path that does not exist, or where there is nothing of nova
 */
export function findHypervisors({ paths, named, configs, root = '/' }: HypervisorsGiven): readonly HostSpec[] {
  const places = new Map<string, HostPlace[]>()
  const add = (host: string, place: HostPlace): void => {
    const those = places.get(host) ?? []
    places.set(host, those)
    // A folder that is named twice is read once.
    if (!those.some((each) => JSON.stringify(each) === JSON.stringify(place))) those.push(place)
  }
  for (const each of named) {
    const at = each.indexOf('=')
    const host = each.slice(0, at).trim()
    const where = each.slice(at + 1)
    if (at < 0 || host === '' || where === '') {
      throw doctorError(
        'bad-config',
        `--host "${each}" is not NAME=WHERE`,
        'Write --host cmp1=FOLDER or --host cmp1=ssh://root@cmp1',
      )
    }
    if (where.startsWith('ssh:')) {
      add(host, { kind: 'ssh', target: parseSshTarget(where) })
      continue
    }
    const found = inPath(where)
    // In a folder with the logs of several hosts, each log stays its own host's.
    const several = new Set(found.map((one) => one.host).filter((name) => name !== basename(resolve(where)))).size > 1
    for (const { host: own, place } of found) add(several && place.kind === 'files' ? own : host, place)
  }
  for (const { host, place } of ofPaths(paths)) add(host, place)
  if (paths.length === 0 && named.length === 0 && configs.length === 0) {
    for (const { host, place } of thisMachine(root)) add(host, place)
  }
  if (configs.length > 0) {
    if (places.size > 1) {
      const names = [...places.keys()]
      throw doctorError(
        'bad-config',
        `--config-file and --config-dir are of one host, but there are ${places.size}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}`,
        "Name each host's own folder with --host NAME=FOLDER",
      )
    }
    // Told file by file, it is told completely.
    const [host = unnamed, those = []] = [...places][0] ?? []
    return [{ host, places: [...those.map(withoutConfigs), { kind: 'files', configs: expand(configs), logs: [] }] }]
  }
  return [...places].map(([host, those]) => ({ host, places: those }))
}

interface Found {
  readonly host: string
  readonly place: HostPlace
}

/** Files that were given by themselves and say nowhere whose they are: those of one folder are one host's. */
interface Loose {
  readonly folder: string
  readonly configs: string[]
  readonly logs: string[]
}

/** What was given as plain arguments: each log belongs to its own host, as its place or its lines name it. */
function ofPaths(paths: readonly string[]): Found[] {
  const found: Found[] = []
  const loose = new Map<string, Loose>()
  for (const path of paths) {
    if (kindOf(path) !== 'file' || isArchive(path)) {
      found.push(...inPath(path))
      continue
    }
    const host = logName(path)?.host ?? hostOfPlace(dirname(path))
    if (host !== null) {
      found.push({ host, place: placeOf(path) })
      continue
    }
    const folder = resolve(dirname(path))
    // A log by any other name is one of its own: nobody knows whether the one beside it is of the same host.
    const own = logName(path) === null && !path.endsWith('.conf')
    const key = own ? resolve(path) : folder
    const group = loose.get(key) ?? { folder: own ? baseOf(path) : folder, configs: [], logs: [] }
    loose.set(key, group)
    if (path.endsWith('.conf')) group.configs.push(path)
    else group.logs.push(path)
  }
  return [...found, ...joined([...loose.values()]).flatMap(foundOf)]
}

/** One host's configuration and one host's logs, from two folders, are of one host: there is no other. */
function joined(groups: readonly Loose[]): readonly Loose[] {
  const [a, b] = groups
  if (groups.length !== 2 || a === undefined || b === undefined) return groups
  const apart = (a.logs.length === 0 && b.configs.length === 0) || (b.logs.length === 0 && a.configs.length === 0)
  if (!apart) return groups
  const logs = a.logs.length > 0 ? a : b
  return [{ folder: logs.folder, configs: [...a.configs, ...b.configs], logs: [...a.logs, ...b.logs] }]
}

function foundOf({ folder, configs, logs }: Loose): Found[] {
  const host = hostInLogs(logs) ?? basename(folder)
  return [{ host: host === '' ? unnamed : host, place: { kind: 'files', configs, logs } }]
}

const placeOf = (path: string): HostPlace =>
  path.endsWith('.conf') ? { kind: 'files', configs: [path], logs: [] } : { kind: 'files', configs: [], logs: [path] }
const baseOf = (path: string): string => basename(path).replace(/\.(?:log|txt|json)(?:[.-].*)?$/, '')

function inPath(path: string): Found[] {
  const kind = kindOf(path)
  if (kind === 'hidden') return [{ host: nameOf(path), place: { kind: 'closed', path } }]
  if (kind === 'none') throw doctorError('bad-config', `${path} does not exist`, 'Check the path')
  if (kind === 'other')
    throw doctorError('bad-config', `${path} is neither a file nor a folder`, 'Name a file or a folder')
  if (kind === 'file' && isArchive(path)) return inArchive(path)
  if (kind === 'file') {
    const host = logName(path)?.host ?? hostOfPlace(dirname(path)) ?? (path.endsWith('.conf') ? null : hostInLog(path))
    return [{ host: host ?? nameOf(dirname(path)), place: placeOf(path) }]
  }
  if (!isOpen(path)) return [{ host: nameOf(path), place: { kind: 'closed', path } }]
  const found = below(path, 0)
  if (found.length > 0) return found
  refuseIfClosed(path)
  throw doctorError(
    'nothing-examined',
    `${path} has nothing of nova: no nova.conf, no nova-compute.log, no ostackhost.log`,
    "Name a host's folder (its root, or the folder with these files), or a folder of such folders",
  )
}

const nameOf = (folder: string): string => hostOfPlace(folder) ?? (basename(resolve(folder)) || unnamed)

/** An archive as support tools make it: unpacked beside, as far as it is of nova. */
function inArchive(path: string): Found[] {
  const { folder, files, broken } = unpack(path)
  const roots = new Map<string, string[]>()
  for (const file of files) {
    const root = rootOf(file)
    if (root !== null) roots.set(root, [...(roots.get(root) ?? []), file])
  }
  const found = [...roots].flatMap(([root, those]): Found[] => {
    const shownAs = `${path}:${root === '' ? '' : `${root}/`}`
    const own = inFolder(join(folder, root), lookInto(join(folder, root)))
    const name = hostOfRoot(folder, root)
    if (own.length > 0) {
      return own.map(({ host, place }) =>
        place.kind === 'folder'
          ? { host: name ?? hostInLogs(logsAmong(folder, those)) ?? host, place: { ...place, shownAs } }
          : { host, place },
      )
    }
    const logs = sortLogs(those.filter((file) => logName(file) !== null)).map((file) => join(folder, file))
    return logs.length === 0
      ? []
      : [{ host: hostInLogs(logs) ?? basename(root), place: { kind: 'files', configs: [], logs } }]
  })
  if (broken !== null)
    found.push({ host: found[0]?.host ?? baseOf(path), place: { kind: 'closed', path: `${path} (${broken})` } })
  if (found.length > 0) return found
  throw doctorError('nothing-examined', `${path} has nothing of nova`, 'Unpack it, and name the folder of a host')
}

const logsAmong = (folder: string, files: readonly string[]): string[] =>
  files.filter((file) => logName(file) !== null).map((file) => join(folder, file))

/** The root of the host whose file it is: its path without the folders that every host has. */
function rootOf(file: string): string | null {
  const folder = dirname(file) === '.' ? '' : dirname(file)
  const inside = novaFolders
    .filter((each) => each !== '' && (folder === each || folder.endsWith(`/${each}`)))
    .toSorted((a, b) => b.length - a.length)[0]
  if (logName(file) === null && !file.endsWith('.conf')) return null
  return inside === undefined ? folder : folder.slice(0, Math.max(0, folder.length - inside.length - 1))
}

/** Only where a host has its files: folders of others may lie anywhere on a machine, and nobody named them. */
function thisMachine(root: string): Found[] {
  const found = inFolder(root, lookInto(root))
  if (found.length > 0) return found
  refuseIfClosed(root)
  throw doctorError(
    'bad-config',
    'this machine has nothing of nova: no /etc/nova, no /var/log/nova',
    "Name logs, a host's folder, or --host NAME=ssh://HOST",
  )
}

function refuseIfClosed(folder: string): void {
  const [closed] = lookInto(folder).closed
  if (closed === undefined) return
  throw doctorError(
    'bad-config',
    `${join(folder, closed)} may not be read`,
    'Run it as a user who may read it, e.g. root',
  )
}

/** A host's own folder, else those of the hosts in it. */
function below(folder: string, depth: number): Found[] {
  const content = lookInto(folder)
  // In a fleet the folders' names are what somebody called the hosts.
  const nameIt = depth === 0 ? ownName : folderName
  const own = depth > 0 && isOfOthers(folder, content) ? [] : inFolder(folder, content, nameIt)
  if (own.length > 0 || depth === mostDeep) return own
  return subfolders(folder).flatMap(({ name, closed }): Found[] =>
    closed
      ? [{ host: name, place: { kind: 'closed', path: join(folder, name) } }]
      : below(join(folder, name), depth + 1),
  )
}

/** Many programs have a conf.d: one that nobody named is of nova by the name of a file in it, or by its folder's. */
function isOfOthers(folder: string, { configs, logs }: FolderContent): boolean {
  const named = configs.some((path) => !path.startsWith('conf.d/') || basename(path).startsWith('nova'))
  return logs.length === 0 && !named && basename(folder) !== 'nova'
}

/** Names of folders that every host has. */
const ofEveryHost: ReadonlySet<string> = new Set(
  ['opt', 'usr', 'mnt', 'root', 'conf', ...novaFolders.flatMap((each) => each.split('/'))].filter(
    (name) => name !== '',
  ),
)

/** The host that a folder such as SOMEWHERE/cmp1/etc/nova is of; this machine's name for /etc/nova; null where it could be any. */
function hostOfPlace(folder: string): string | null {
  const names = resolve(folder)
    .split('/')
    .filter((name) => name !== '')
  const at = names.findLastIndex((name) => !ofEveryHost.has(name))
  if (at === names.length - 1 && at >= 0) return null
  return names[at] ?? hostname()
}

/** Behind a host's name in a file's: when or how it was taken. */
const whenTaken = /-(?:after|before|old|new|part|copy|restart)(?:[-.][\w.-]*)?$/

/** Logs that are named after hosts belong to those; everything else to the folder's own. */
function inFolder(
  folder: string,
  { configs, logs }: FolderContent,
  nameIt: (folder: string, logs: readonly string[]) => string = folderName,
): Found[] {
  if (configs.length === 0 && logs.length === 0) return []
  const byHost = Map.groupBy(logs, (path) => {
    const named = logName(path)?.host ?? ''
    // What a file is called after may be a pod, or say when it was taken: its lines know the host.
    return named === '' ? '' : (hostInLog(join(folder, path)) ?? named.replace(whenTaken, ''))
  })
  const own = byHost.get('') ?? []
  const others = [...byHost].filter(([host]) => host !== '')
  const found: Found[] = others.map(([host, paths]) => ({
    host,
    place: { kind: 'files', configs: [], logs: sortLogs(paths).map((path) => join(folder, path)) },
  }))
  if (configs.length > 0 || own.length > 0) {
    found.unshift({ host: hostOfPlace(folder) ?? nameIt(folder, own), place: { kind: 'folder', folder } })
  }
  return found
}

const folderName = (folder: string): string => basename(resolve(folder))

/** As its lines call it, where the folder was named by itself and may be called anything. */
function ownName(folder: string, logs: readonly string[]): string {
  const own = hostInLogs(logs.map((path) => join(folder, path)))
  return own === null || own.split('.')[0] === folderName(folder) ? folderName(folder) : own
}

function withoutConfigs(place: HostPlace): HostPlace {
  if (place.kind === 'files') return { ...place, configs: [] }
  if (place.kind !== 'folder') return place
  return { kind: 'files', configs: [], logs: logsOf(place.folder) }
}

/** The folder's own logs, as paths of this machine. */
export function logsOf(folder: string): readonly string[] {
  return lookInto(folder)
    .logs.filter((path) => (logName(path)?.host ?? null) === null)
    .map((path) => join(folder, path))
}

function expand(configs: readonly ConfigArgument[]): readonly string[] {
  return configs.flatMap(({ kind, path }) => {
    const there = kindOf(path)
    if (there !== (kind === 'file' ? 'file' : 'folder')) {
      const what = there === 'none' ? 'does not exist' : `is no ${kind === 'file' ? 'file' : 'folder'}`
      throw doctorError('bad-config', `${path} ${what}`, 'Check the path')
    }
    return pathsOf({ kind, path })
  })
}
