import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigArgument } from '@landfall/nova'
import { configNamesIn } from '@landfall/nova'

/** What tells one content of a file from another without reading it, by path. */
export type FileStamps = ReadonlyMap<string, string>

/** The files that count. @throws the file system's errors */
export function pathsOf({ kind, path }: ConfigArgument): readonly string[] {
  if (kind === 'file') return [path]
  return configNamesIn(readdirSync(path, { withFileTypes: true })).map((name) => join(path, name))
}

/** Never throws: what is not there, or cannot be looked at, has a stamp of its own. */
export function stampsOf(given: readonly ConfigArgument[]): FileStamps {
  const stamps = new Map<string, string>()
  for (const argument of given) {
    let paths: readonly string[]
    try {
      paths = pathsOf(argument)
    } catch {
      stamps.set(argument.path, 'unreadable')
      continue
    }
    for (const path of paths) stamps.set(path, stampOf(path))
  }
  return stamps
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return 'missing'
  }
}

/** The files that are new, gone, or not what they were. */
export function changedFiles(before: FileStamps, now: FileStamps): readonly string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path))
}
