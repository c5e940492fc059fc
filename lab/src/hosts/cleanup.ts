import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'

import type { CgroupHierarchy } from '../machine/cgroup-hierarchies.ts'
import { existingCgroups, mountedHierarchies, processesIn, removeCgroup } from '../machine/cgroups.ts'
import { LabError } from '../errors.ts'
import { machineWideName } from '../names.ts'
import { removeUplink, uplinkExists } from './network.ts'
import { labPaths } from '../paths.ts'
import { identify, kill } from '../machine/processes.ts'
import { waitFor } from '../machine/wait.ts'

/** Something of a laboratory that is still there. */
export interface Leftover {
  readonly kind: 'process' | 'interface' | 'cgroup' | 'mount' | 'file'
  readonly what: string
}

/** What remains of a laboratory, whether it is up or not; nothing after `down`. */
export function leftovers(name: string): Leftover[] {
  const { directory } = labPaths(name)
  const wide = machineWideName(directory)
  const hierarchies = mountedHierarchies()
  const found: Leftover[] = []
  for (const pid of processesIn(hierarchies, wide)) found.push({ kind: 'process', what: `${pid} ${commandOf(pid)}` })
  if (uplinkExists(wide)) found.push({ kind: 'interface', what: wide })
  for (const group of existingCgroups(hierarchies, wide)) found.push({ kind: 'cgroup', what: group })
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const mountPoint = line.split(' ')[4]
    if (mountPoint?.startsWith(`${directory}/`)) found.push({ kind: 'mount', what: mountPoint })
  }
  if (existsSync(directory)) found.push({ kind: 'file', what: directory })
  return found
}

/**
 * Takes away all that bears the laboratory's names. It needs no state, as every name follows from the directory:
 * so it also cleans up after a crash at any point, and after a reboot of the machine.
 */
export async function cleanUp(name: string): Promise<void> {
  const { directory } = labPaths(name)
  const wide = machineWideName(directory)
  const hierarchies = mountedHierarchies()
  await removeUplink(wide)
  await waitFor(
    `the processes and cgroups of laboratory "${name}" to end`,
    () => {
      // Both in each round: a process that was being started when the laboratory died may join its cgroup only now.
      killMembers(hierarchies, wide)
      removeCgroup(hierarchies, wide)
      return existingCgroups(hierarchies, wide).length === 0
    },
    { deadlineMs: 20_000 },
  )
  await rm(directory, { recursive: true, force: true })
  const remaining = leftovers(name)
  if (remaining.length > 0) {
    const list = remaining.map(({ kind, what }) => `${kind} ${what}`).join(', ')
    throw new LabError('lab-unclean', `still there after taking "${name}" down: ${list}`)
  }
}

/** Only members of the laboratory's own cgroup are ever ended. */
function killMembers(hierarchies: readonly CgroupHierarchy[], group: string): void {
  for (const pid of processesIn(hierarchies, group)) {
    const identity = identify(pid)
    if (identity !== null && processesIn(hierarchies, group).includes(pid)) kill(identity)
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 120)
  } catch {
    return ''
  }
}
