import { spawn } from 'node:child_process'
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { CgroupHierarchy } from '../machine/cgroup-hierarchies.ts'
import { createCgroup, moveToLeaf } from '../machine/cgroups.ts'
import { LabError } from '../errors.ts'
import { identify } from '../machine/processes.ts'
import type { ProcessIdentity } from '../machine/processes.ts'
import { waitFor } from '../machine/wait.ts'

const enterScript = fileURLToPath(new URL('../../root/enter-host.sh', import.meta.url))

export interface HolderSpec {
  readonly name: string
  readonly root: string
  readonly directory: string
  /** Cgroup, relative to each hierarchy. */
  readonly group: string
  /** Paths of the machine that the host sees at the same place. */
  readonly binds: readonly string[]
  /** Files laid over the root, by path. */
  readonly files: Readonly<Record<string, string>>
  readonly hierarchies: readonly CgroupHierarchy[]
  readonly signal: AbortSignal | undefined
}

/** Starts the first process of a host's namespaces. It outlives this process; killing it ends everything inside. */
export async function startHolder(spec: HolderSpec): Promise<ProcessIdentity> {
  const { directory } = spec
  for (const folder of ['upper', 'work', 'root', 'run/landfall'])
    await mkdir(join(directory, folder), { recursive: true })
  for (const [path, text] of Object.entries(spec.files)) {
    await mkdir(dirname(join(directory, 'upper', path)), { recursive: true })
    await writeFile(join(directory, 'upper', path), text)
  }
  createCgroup(spec.hierarchies, spec.group)
  const log = openSync(join(directory, 'holder.log'), 'a')
  const args = [enterScript, 'join', spec.root, directory, spec.name, spec.group, spec.binds.join(':')]
  const child = spawn('sh', args, {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log, log],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
      LANDFALL_CGROUPS: spec.hierarchies.map((h) => `${h.kind} ${h.mountPoint} ${h.options}`).join('\n'),
    },
  })
  closeSync(log)
  let ended = false
  const exited = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  try {
    const identity = await holderOf(spec, () => ended)
    child.unref()
    moveToLeaf(spec.hierarchies, spec.group)
    return identity
  } catch (error) {
    // It leads a process group of its own, which nothing has left yet.
    if (child.pid !== undefined) killGroup(child.pid)
    await exited
    throw error
  }
}

async function holderOf({ name, directory, signal }: HolderSpec, hasEnded: () => boolean): Promise<ProcessIdentity> {
  const pidFile = join(directory, 'holder')
  return waitFor(
    `the namespaces of ${name}`,
    () => {
      const identity = existsSync(pidFile) ? identify(Number(readFileSync(pidFile, 'utf8'))) : null
      if (identity === null && hasEnded())
        throw new LabError('machine-unsuitable', `${name} cannot be set up: ${lastLines(directory)}`)
      return identity
    },
    { deadlineMs: 20_000, signal },
  )
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The end of what a host's first process wrote: the reason when it does not come up. */
export function lastLines(directory: string): string {
  const log = join(directory, 'holder.log')
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-4).join(' | ') : 'no log'
}
