import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import type { Dirent } from 'node:fs'
import { join } from 'node:path'

import { parseCgroupHierarchies } from './cgroup-hierarchies.ts'
import type { CgroupHierarchy } from './cgroup-hierarchies.ts'

export function mountedHierarchies(): CgroupHierarchy[] {
  return parseCgroupHierarchies(readFileSync('/proc/self/mountinfo', 'utf8'))
}

/** Makes the group `path` (such as `lf12/host1`) in every hierarchy, ready to take processes. */
export function createCgroup(hierarchies: readonly CgroupHierarchy[], path: string): void {
  for (const { kind, mountPoint } of hierarchies) {
    let directory = mountPoint
    for (const part of path.split('/')) {
      const parent = directory
      directory = join(parent, part)
      mkdirSync(directory, { recursive: true })
      // A new cpuset is empty and takes no process until it is filled (cpuset(7)).
      if (kind === 'v1') for (const file of ['cpuset.cpus', 'cpuset.mems']) copySetting(parent, directory, file)
      else delegateControllers(parent)
    }
  }
}

/** In a v2 tree a group that hands controllers to its children may hold no process itself: a leaf takes them. */
export function moveToLeaf(hierarchies: readonly CgroupHierarchy[], path: string): void {
  for (const { kind, mountPoint } of hierarchies) {
    if (kind !== 'v2') continue
    const leaf = join(mountPoint, path, 'daemons')
    mkdirSync(leaf, { recursive: true })
    for (const pid of pidsIn(join(mountPoint, path))) writeIfPossible(join(leaf, 'cgroup.procs'), String(pid))
    delegateControllers(join(mountPoint, path))
  }
}

/** Every process in the group or below it. */
export function processesIn(hierarchies: readonly CgroupHierarchy[], path: string): number[] {
  const pids = new Set<number>()
  for (const { mountPoint } of hierarchies)
    for (const directory of groupsBelow(join(mountPoint, path))) for (const pid of pidsIn(directory)) pids.add(pid)
  return [...pids]
}

/** The directories of the group and of those below it, the deepest first. */
export function existingCgroups(hierarchies: readonly CgroupHierarchy[], path: string): string[] {
  return hierarchies.flatMap(({ mountPoint }) => groupsBelow(join(mountPoint, path)))
}

/** Removes empty groups; one that still holds a process stays. */
export function removeCgroup(hierarchies: readonly CgroupHierarchy[], path: string): void {
  for (const directory of existingCgroups(hierarchies, path)) {
    try {
      rmdirSync(directory)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'EBUSY') throw error
    }
  }
}

/** None of one that is not there: libvirt removes that of a guest when it likes. */
function groupsBelow(directory: string): string[] {
  let children: Dirent[]
  try {
    children = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return [...children.flatMap((entry) => groupsBelow(join(directory, entry.name))), directory]
}

function pidsIn(directory: string): number[] {
  try {
    const text = readFileSync(join(directory, 'cgroup.procs'), 'utf8')
    return text.split('\n').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function copySetting(parent: string, child: string, file: string): void {
  if (!existsSync(join(child, file))) return
  if (readFileSync(join(child, file), 'utf8').trim() !== '') return
  writeFileSync(join(child, file), readFileSync(join(parent, file), 'utf8').trim())
}

function delegateControllers(directory: string): void {
  let available: string[] = []
  try {
    available = readFileSync(join(directory, 'cgroup.controllers'), 'utf8').trim().split(' ').filter(Boolean)
  } catch {
    return
  }
  for (const controller of available) writeIfPossible(join(directory, 'cgroup.subtree_control'), `+${controller}`)
}

/** Controllers held by a v1 hierarchy, or a process gone meanwhile, make the kernel refuse: that is no fault. */
function writeIfPossible(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch {}
}
