import { LabError } from '../errors.ts'
import type { ProcessIdentity } from '../machine/processes.ts'
import { run, tryRun } from '../machine/run.ts'
import type { RunOptions, RunResult } from '../machine/run.ts'

/** The command line that runs `command` inside a host's namespaces, as one of its processes. */
export function insideHost(holder: ProcessIdentity, command: readonly string[]): string[] {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd']
  return ['nsenter', '--target', String(holder.pid), ...namespaces, '--', ...command]
}

/** Runs a command inside a host; rejects when its status is not 0. */
export function runInside(
  host: { readonly name: string; readonly holder: ProcessIdentity | null },
  command: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  return run(insideHost(holderOf(host), command), { ...options, environment: path })
}

export function tryRunInside(
  host: { readonly name: string; readonly holder: ProcessIdentity | null },
  command: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return tryRun(insideHost(holderOf(host), command), { ...options, environment: path })
}

const path = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

function holderOf(host: { readonly name: string; readonly holder: ProcessIdentity | null }): ProcessIdentity {
  if (host.holder === null) throw new LabError('lab-not-up', `${host.name} does not run`)
  return host.holder
}
