import { LabError } from './errors.ts'
import { run, tryRun } from './run.ts'

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
  const install = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing]
  const options = { signal, deadlineMs: 600_000, environment: { DEBIAN_FRONTEND: 'noninteractive' } }
  try {
    const first = await tryRun(install, options)
    if (first.status === 0) return
    // Lists that were never fetched, or that are older than the mirror, are the usual reason.
    await run(['apt-get', 'update'], options)
    await run(install, options)
  } catch (cause) {
    if (cause instanceof LabError && cause.code === 'aborted') throw cause
    throw new LabError('packages-not-installed', `install these and try again: apt-get install ${missing.join(' ')}`, {
      cause,
    })
  }
}
