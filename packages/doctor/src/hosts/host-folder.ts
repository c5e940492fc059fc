import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { HostLayout } from './host-layout.ts'
import { hostFolders, hostLayout, isEnvironment, logName } from './host-layout.ts'

export interface FolderContent extends HostLayout {
  /** Folders and files, below it, that this user may not look at, and links that lead nowhere. */
  readonly closed: readonly string[]
  /** Files that look like logs of nova and are none that is understood. */
  readonly skipped: readonly string[]
}

/** What of nova's files a folder of this machine has, as paths below it; links are followed, and only regular files count. */
export function lookInto(folder: string): FolderContent {
  const closed: string[] = []
  const skipped: string[] = []
  const there = whereThereIs(folder, (below) => closed.push(below))
  const paths = hostFolders.filter(there).flatMap((below) =>
    namesIn(join(folder, below), () => closed.push(below))
      .map((name) => (below === '' ? name : `${below}/${name}`))
      .filter((path) => {
        if (!mayMatter(path)) {
          if (looksLikeLog(path) && isFile(join(folder, path))) skipped.push(path)
          return false
        }
        const kind = kindOf(join(folder, path))
        if (kind === 'hidden' || kind === 'none') closed.push(path)
        return kind === 'file'
      }),
  )
  return { ...hostLayout(paths), closed: [...new Set(closed)], skipped }
}

const mayMatter = (path: string): boolean =>
  logName(path) !== null || isEnvironment(path) || (path.endsWith('.conf') && !/(?:^|\/)\./.test(path))
const looksLikeLog = (path: string): boolean =>
  /(?:nova[-_](?:compute|conductor|scheduler)|ostackhost)[^/]*$/.test(path) &&
  !/\.conf|\.bak|\.sw[po]$|\.pid$/.test(path)

/** Whether there may be such a folder below: most of a host's are not there, and neither are the folders that they would lie in. */
function whereThereIs(folder: string, onClosed: (below: string) => void): (below: string) => boolean {
  const known = new Map<string, boolean>([['', true]])
  const there = (below: string): boolean => {
    const before = known.get(below)
    if (before !== undefined) return before
    const slash = below.lastIndexOf('/')
    const kind = there(slash === -1 ? '' : below.slice(0, slash)) ? kindOf(join(folder, below)) : 'none'
    if (kind === 'hidden') onClosed(below)
    const is = kind === 'folder'
    known.set(below, is)
    return is
  }
  return there
}

/** Folders in a folder; those that may not be looked at are told apart. */
export function subfolders(folder: string): { readonly name: string; readonly closed: boolean }[] {
  return namesIn(folder)
    .filter((name) => !name.startsWith('.'))
    .toSorted()
    .flatMap((name) => {
      const kind = kindOf(join(folder, name))
      if (kind === 'hidden') return [{ name, closed: true }]
      return kind === 'folder' ? [{ name, closed: !isOpen(join(folder, name)) }] : []
    })
}

export function isOpen(folder: string): boolean {
  let open = true
  namesIn(folder, () => (open = false))
  return open
}

/** Nothing where there is no such folder. */
function namesIn(folder: string, onClosed: () => void = () => undefined): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    // Anything but its absence: it is there, and not to be read.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')))
      onClosed()
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
