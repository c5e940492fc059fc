import { readFileSync } from 'node:fs'
import type { ConfigFinding, ConfigSource, GuestSize, MostAtOnce, ObeyedConfig, Reading, Release } from '@landfall/nova'
import {
  ConfigFileError,
  configFindings,
  intentFromConfig,
  newestRelease,
  novaWayFromConfig,
  optionsOf,
  originInWords,
  readOslo,
} from '@landfall/nova'
import { serverError } from '../../errors.ts'
import type { ConfigArgument } from '@landfall/nova'
import type { FileStamps } from './config-files.ts'
import { pathsOf, stampsOf } from './config-files.ts'

/** Nova's configuration as it was read, to be obeyed for a guest once its size is known. */
export interface NovaConfig {
  readonly findings: readonly ConfigFinding[]
  readonly obey: (guest: SizedGuest) => ObeyedConfig
  /** The same, to be carried out as Nova would: preset `nova`. */
  readonly asNova: (guest: SizedGuest) => ObeyedConfig
  readonly mostAtOnce: MostAtOnce | null
  /** Of what was read, to be compared later. */
  readonly stamps: FileStamps
}

const MiB = 2 ** 20

/** What Nova's times depend on. */
export interface SizedGuest {
  readonly memoryBytes: number
  /** File sizes of the local disks that are copied along; none when absent. */
  readonly copiedDiskBytes?: readonly number[]
}

const inNovasWords = ({ memoryBytes, copiedDiskBytes }: SizedGuest): GuestSize => ({
  memoryMiB: memoryBytes / MiB,
  copiedDiskBytes,
})

/** Options that newer releases do not have any more, but files still do. */
const lastRelease: Readonly<Record<string, Release>> = { live_migration_progress_timeout: 18 }

/**
 * Reads Nova's files as its own service would.
 *
 * @throws LandfallError `bad-config` for a file that is missing, unreadable, or that Nova itself would not start with, and for an option of
 * which the files do not tell the value
 */
export function readNovaConfig(
  given: readonly ConfigArgument[],
  environment: Readonly<Record<string, string | undefined>>,
): NovaConfig {
  // Taken before they are read: what changes in between is then seen as a change.
  const stamps = stampsOf(given)
  const sources = given.flatMap((argument) => sourcesOf(argument))
  const gone = optionsOf(18).filter(({ name }) => name in lastRelease)
  const options = [...optionsOf(newestRelease), ...gone]
  const set = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  let readings: ReadonlyMap<string, Reading>
  try {
    readings = readOslo({ sources, environment: set, options })
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error
    throw serverError('bad-config', error.message, 'Nova does not start with this file either: correct the line', error)
  }
  for (const [name, reading] of readings) {
    if (reading.ok || reading.unknown === undefined) continue
    throw serverError(
      'bad-config',
      `${originInWords(reading.origin)}: ${name} cannot be obeyed: ${reading.message}`,
      `Set ${reading.unknown} in a file that is read, or write the value of ${name} itself`,
    )
  }
  return {
    findings: configFindings({ sources, options, readings, knownGroups: [] }),
    obey: (guest) => intentFromConfig(readings, inNovasWords(guest)),
    asNova: (guest) => novaWayFromConfig(readings, inNovasWords(guest)),
    mostAtOnce: intentFromConfig(readings, { memoryMiB: 0 }).mostAtOnce,
    stamps,
  }
}

function sourcesOf({ kind, path }: ConfigArgument): readonly ConfigSource[] {
  try {
    return pathsOf({ kind, path }).map((file) => ({ path: file, text: readFileSync(file, 'utf8') }))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw serverError(
      'bad-config',
      `Nova's configuration cannot be read: ${why}`,
      'Check the path and its rights',
      error,
    )
  }
}
