import { join, resolve } from 'node:path'

import { LabError } from './errors.ts'
import { checkName } from './names.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where cached roots are kept; `LANDFALL_CACHE` overrides it. */
export function cacheDirectory(environment: Environment = process.env): string {
  return resolve(environment['LANDFALL_CACHE'] ?? '/var/cache/landfall')
}

/** Where laboratories keep their state, a directory each; `LANDFALL_LABS` overrides it. */
export function labsDirectory(environment: Environment = process.env): string {
  return resolve(environment['LANDFALL_LABS'] ?? '/var/lib/landfall/labs')
}

/** The paths of one laboratory. `shared` is at the same path in every host and in the machine. */
export interface LabPaths {
  readonly directory: string
  readonly state: string
  readonly hostsFile: string
  /** clouds.yaml, of a laboratory with Nova. */
  readonly cloudsFile: string
  readonly shared: string
  readonly boot: string
  readonly serial: string
  readonly records: string
  readonly volumes: string
  readonly hub: string
  readonly hosts: string
}

export function labPaths(name: string, environment: Environment = process.env): LabPaths {
  checkName('laboratory', name)
  const directory = join(labsDirectory(environment), name)
  // Mount options are split at commas and colons, and a Unix socket's path has at most 107 bytes.
  if (!/^[\w./+@-]+$/.test(directory) || directory.length > 55)
    throw new LabError('path-unusable', `${directory}: set LANDFALL_LABS to a shorter path of plain characters`)
  const shared = join(directory, 'shared')
  return {
    directory,
    state: join(directory, 'state.json'),
    hostsFile: join(directory, 'landfall.toml'),
    cloudsFile: join(directory, 'clouds.yaml'),
    shared,
    boot: join(shared, 'boot'),
    serial: join(shared, 'serial'),
    records: join(directory, 'records'),
    volumes: join(directory, 'volumes'),
    hub: join(directory, 'hub'),
    hosts: join(directory, 'hosts'),
  }
}
