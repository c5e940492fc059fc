import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import type { ConfigSource, Release, Setting } from '@landfall/nova'
import { ConfigFileError, IniError, optionsOf, readOslo, setOption, UnwritableError } from '@landfall/nova'
import { doctorError } from '../errors.ts'
import { byBytes } from '../hosts/host-layout.ts'
import type { HostMaterial } from '../hosts/host-material.ts'
import type { FileBefore } from './replace-file.ts'
import { readForReplacing, replaceFile } from './replace-file.ts'
import { unifiedDiff } from './unified-diff.ts'

/** What would be done to one host's override file. */
export interface PlannedWrite {
  readonly host: string
  readonly path: string
  readonly before: FileBefore
  readonly after: string
  /** Nothing where nothing changes. */
  readonly diff: readonly string[]
  /** What has to be known besides, e.g. that the service has to be told to read a new file. */
  readonly note: string | null
  /** A file whose owner and mode a new file gets. */
  readonly like: string | null
}

/** A host whose file is not written, and why. */
export interface UnplannedWrite {
  readonly host: string
  readonly why: string
}

export interface WritePlan {
  readonly writes: readonly PlannedWrite[]
  readonly unplanned: readonly UnplannedWrite[]
}

/**
 * The override file of a host: a bare name lies beside its configuration, a path below the host's folder, an absolute path is
 * of the one host. Null where its configuration was not found on this machine.
 */
export function overrideFileOf(name: string, { configFolder, folder }: HostMaterial): string | null {
  if (isAbsolute(name)) return name
  const below = basename(name) === name ? configFolder : (folder ?? configFolder)
  return below === null ? null : join(below, name)
}

/**
 * Looks at every host's override file and says what would become of it. Nothing is written.
 *
 * @throws LandfallError `bad-config` where one absolute path is named for several hosts
 */
export function planWrites(
  name: string,
  hosts: readonly HostMaterial[],
  settings: readonly Setting[],
  release: Release,
): WritePlan {
  if (isAbsolute(name) && hosts.length > 1) {
    throw doctorError(
      'bad-config',
      `--write ${name} names one file, but there are ${hosts.length} hosts`,
      "Name it as it lies in each host's folder, e.g. --write nova_override.conf",
    )
  }
  const options = optionsOf(release)
  // With its type, so that True and true are the same and a line that is right already stays as it is.
  const typed = settings.map((setting): Setting => {
    const type = options.find(({ group, name: own }) => group === setting.group && own === setting.name)?.type
    return type === undefined ? setting : { ...setting, type }
  })
  const writes: PlannedWrite[] = []
  const unplanned: UnplannedWrite[] = []
  for (const host of hosts) {
    try {
      const planned = planWrite(name, host, typed, release)
      if ('why' in planned) unplanned.push(planned)
      // Hosts whose files are links to one and the same: it is changed once.
      else if (writes.some(({ before }) => before.path === planned.before.path)) writes.push({ ...planned, diff: [] })
      else writes.push(planned)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      unplanned.push({ host: host.host, why: error.message })
    }
  }
  return { writes, unplanned }
}

function planWrite(
  name: string,
  material: HostMaterial,
  settings: readonly Setting[],
  release: Release,
): PlannedWrite | UnplannedWrite {
  const { host, sources, unreached } = material
  if (unreached !== null) return { host, why: `it could not be reached: ${unreached}` }
  const path = overrideFileOf(name, material)
  if (path === null) return { host, why: 'its configuration is not on this machine: put the lines there by hand' }
  const before = readForReplacing(path)
  const text = before.bytes === null ? '' : decode(before.bytes)
  if (text === null) return { host, why: `${path} is not UTF-8: nova itself may not read it` }
  let after = text
  try {
    for (const setting of settings) after = setOption(after, setting).text
  } catch (error) {
    if (error instanceof IniError)
      return { host, why: `${path}:${error.line}: ${error.message}; nova does not start with it` }
    if (error instanceof UnwritableError) return { host, why: error.message }
    throw error
  }
  const isRead = sources.some((source) => isSame(source.path, path, before.path))
  const placed = withFile(sources, path, before.path, after)
  const hidden = settings.map((setting) => hiddenBy(setting, placed, path, release)).find((each) => each !== null)
  if (hidden !== undefined && hidden !== null) return { host, why: hidden }
  return {
    host,
    path,
    before,
    after,
    diff: unifiedDiff(path, before.bytes === null ? null : text, after),
    note:
      isRead || isInConfDirectory(path)
        ? null
        : `${path} is new: the service has to be started with --config-file ${path}, behind its other files`,
    like: sources.at(-1)?.path ?? null,
  }
}

/** However it is written: as it was named, or where its link leads. */
const isSame = (source: string, path: string, target: string): boolean =>
  resolve(source) === resolve(path) || resolve(source) === target

/** Strictly: what is not UTF-8 would come back as something else. */
function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const isInConfDirectory = (path: string): boolean => /(?:^|\.|\/)conf\.d$/.test(dirname(path)) && path.endsWith('.conf')

/** The host's files with that one as it will be, where the service reads it. */
function withFile(
  sources: readonly ConfigSource[],
  path: string,
  target: string,
  text: string,
): readonly ConfigSource[] {
  const at = sources.findIndex((source) => isSame(source.path, path, target))
  if (at >= 0) return sources.map((source, index) => (index === at ? { path, text } : source))
  const folder = dirname(path)
  // In a conf.d by its name among the others, else behind them all.
  const next = isInConfDirectory(path)
    ? sources.findIndex((source) => dirname(source.path) === folder && byBytes(source.path, path) > 0)
    : -1
  return next < 0 ? [...sources, { path, text }] : sources.toSpliced(next, 0, { path, text })
}

/** Why the change would not count; null where it does. */
function hiddenBy(setting: Setting, sources: readonly ConfigSource[], path: string, release: Release): string | null {
  try {
    const options = optionsOf(release)
    const reading = readOslo({ sources, environment: {}, options }).get(`${setting.group}.${setting.name}`)
    if (reading?.origin.kind !== 'file' || reading.origin.path === path) return null
    const { path: winner, line } = reading.origin
    return `${setting.name} in ${path} would not count: ${winner}:${line} comes later`
  } catch (error) {
    if (error instanceof ConfigFileError) return null
    throw error
  }
}

export interface WrittenFile {
  readonly host: string
  readonly path: string
  readonly backup: string | null
}

/** Carries out what has a diff. @throws LandfallError `bad-config` at the first file that cannot be written; it is as it was */
export function* carryOut({ writes }: WritePlan, now: () => Date): Generator<WrittenFile> {
  for (const { host, path, before, after, diff, like } of writes) {
    if (diff.length === 0) continue
    const { backup } = replaceFile(before, Buffer.from(after, 'utf8'), now(), like)
    yield { host, path, backup }
  }
}
