import { aptGet, tryAptGet } from './apt-get.ts'
import type { AptOptions } from './apt-get.ts'
import { LabError } from '../errors.ts'
import { tryRun } from './run.ts'

export interface MachineNeed {
  readonly program: string
  readonly package: string
}

/** What the laboratory calls on the machine itself; the rest comes from the cached root. */
export const needsOfRunning: readonly MachineNeed[] = [
  { program: 'ip', package: 'iproute2' },
  { program: 'nsenter', package: 'util-linux' },
  { program: 'unshare', package: 'util-linux' },
]
export const needsOfBuilding: readonly MachineNeed[] = [{ program: 'mmdebstrap', package: 'mmdebstrap' }]

/** Installs what is missing, after naming it in one line. */
export async function ensureMachinePackages(
  needs: readonly MachineNeed[],
  progress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const missing: string[] = []
  for (const need of needs) {
    const found = await tryRun(['sh', '-c', 'command -v "$1"', 'sh', need.program], { signal })
    if (found.status !== 0) missing.push(need.package)
  }
  if (missing.length === 0) return
  progress(`installing Debian packages: ${missing.join(' ')}`)
  await installPackages(missing, { progress, signal })
}

/** Rejects with `packages-not-installed`, which tells what a person has to do. */
export async function installPackages(packages: readonly string[], options: AptOptions): Promise<void> {
  const install = ['install', '--yes', '--no-install-recommends', ...packages]
  try {
    const first = await tryAptGet(install, options)
    if (first.status === 0) return
    // Lists that were never fetched, or that are older than the mirror, are the usual reason.
    await aptGet(['update'], options)
    await aptGet(install, options)
  } catch (cause) {
    if (cause instanceof LabError && cause.code === 'aborted') throw cause
    const busy = cause instanceof LabError && cause.code === 'package-manager-busy' ? `${cause.message}, or ` : ''
    throw new LabError('packages-not-installed', `${busy}install these and try again: ${byHand(packages)}`, { cause })
  }
}

function byHand(packages: readonly string[]): string {
  return ['apt-get', 'install', ...packages].join(' ')
}
