import { basename, isAbsolute, join } from 'node:path'
import type { Release, Setting } from '@landfall/nova'
import { doctorError } from '../errors.ts'
import type { HostMaterial } from '../hosts/host-material.ts'
import type { FileBefore } from './replace-file.ts'
import { readForReplacing, replaceFile } from './replace-file.ts'
import { planText, typedSettings } from './plan-text.ts'

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
  const typed = typedSettings(settings, release)
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
  const planned = planText(path, before.path, before.bytes, settings, material, release)
  if (planned.what === 'cannot') return { host, why: planned.why }
  return {
    host,
    path,
    before,
    after: planned.after,
    diff: planned.diff,
    note: planned.isRead
      ? null
      : `${path} is ${before.bytes === null ? 'new' : 'not read'}: the service has to be started with --config-file ${path}, behind its other files`,
    like: sources.at(-1)?.path ?? null,
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
