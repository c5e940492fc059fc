import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { HostLayout } from './host-layout.ts'
import { hostFolders, hostLayout } from './host-layout.ts'

export interface FolderContent extends HostLayout {
  /** Folders, below it, that this user may not look into. */
  readonly closed: readonly string[]
}

/** What of nova's files a folder of this machine has, as paths below it; links are followed, and only regular files count. */
export function lookInto(folder: string): FolderContent {
  const closed: string[] = []
  const there = whereThereIs(folder)
  const paths = hostFolders.filter(there).flatMap((below) =>
    namesIn(join(folder, below), () => closed.push(below))
      .filter((name) => /\.conf$|\.log/.test(name))
      .map((name) => (below === '' ? name : `${below}/${name}`))
      .filter((path) => isFile(join(folder, path))),
  )
  return { ...hostLayout(paths), closed }
}

/** Whether there may be such a folder below: most of a host's are not there, and neither are the folders that they would lie in. */
function whereThereIs(folder: string): (below: string) => boolean {
  const known = new Map<string, boolean>([['', true]])
  const there = (below: string): boolean => {
    const before = known.get(below)
    if (before !== undefined) return before
    const slash = below.lastIndexOf('/')
    const is = there(slash === -1 ? '' : below.slice(0, slash)) && kindOf(join(folder, below)) !== 'none'
    known.set(below, is)
    return is
  }
  return there
}

export function subfolders(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => !name.startsWith('.') && kindOf(join(folder, name)) === 'folder')
    .toSorted()
}

/** Nothing where there is no such folder. */
function namesIn(folder: string, onClosed: () => void = () => undefined): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')) onClosed()
    return []
  }
}

export function kindOf(path: string): 'file' | 'folder' | 'other' | 'none' | 'hidden' {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return 'none'
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
  } catch {
    // A folder on the way that may not be entered, a loop of links.
    return 'hidden'
  }
}

const isFile = (path: string): boolean => kindOf(path) === 'file'
