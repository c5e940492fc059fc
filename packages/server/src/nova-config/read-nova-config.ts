import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigFinding, ConfigSource, ObeyedConfig, Reading, Release } from '@landfall/nova'
import { ConfigFileError, configFindings, intentFromConfig, newestRelease, optionsOf, readOslo } from '@landfall/nova'
import { serverError } from '../errors.ts'

/** One `--config-file` or `--config-dir`, in the order in which they were given: later ones win, as in Nova. */
export interface ConfigArgument {
  readonly kind: 'file' | 'directory'
  readonly path: string
}

/** Nova's configuration as it was read, to be obeyed for a guest once its size is known. */
export interface NovaConfig {
  readonly findings: readonly ConfigFinding[]
  readonly obey: (guest: { readonly memoryBytes: number }) => ObeyedConfig
}

const MiB = 2 ** 20

/** Options that newer releases do not have any more, but files still do. */
const lastRelease: Readonly<Record<string, Release>> = { live_migration_progress_timeout: 18 }

/**
 * Reads Nova's files as its own service would.
 *
 * @throws LandfallError `bad-config` for a file that is missing, unreadable, or that Nova itself would not start with
 */
export function readNovaConfig(
  given: readonly ConfigArgument[],
  environment: Readonly<Record<string, string | undefined>>,
): NovaConfig {
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
  return {
    findings: configFindings({ sources, options, readings, knownGroups: [] }),
    obey: ({ memoryBytes }) => intentFromConfig(readings, { memoryMiB: memoryBytes / MiB }),
  }
}

function sourcesOf({ kind, path }: ConfigArgument): readonly ConfigSource[] {
  try {
    if (kind === 'file') return [{ path, text: readFileSync(path, 'utf8') }]
    return filesInDirectory(path).map((file) => ({ path: file, text: readFileSync(file, 'utf8') }))
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

/** Files of a `--config-dir`, as oslo.config takes them: *.conf without a dot before, in the order of their bytes, no folders below. */
export function filesInDirectory(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf') && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
