import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { LabError } from '../errors.ts'
import { lastLines } from './holder.ts'
import type { HostState } from '../state.ts'
import { waitFor } from '../machine/wait.ts'

/** Waits until a host's libvirtd takes calls: its parent returns only then, and the init program marks it. */
export async function hostReady(host: HostState, signal: AbortSignal | undefined): Promise<void> {
  const marked = (mark: string): boolean => existsSync(join(host.directory, 'run/landfall', mark))
  await waitFor(
    `libvirtd of ${host.name}`,
    () => {
      if (!marked('failed')) return marked('ready')
      throw new LabError('machine-unsuitable', `libvirtd of ${host.name} did not start: ${lastLines(host.directory)}`)
    },
    { deadlineMs: 30_000, signal },
  )
}
