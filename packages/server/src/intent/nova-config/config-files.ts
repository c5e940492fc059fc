import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** One `--config-file` or `--config-dir`, in the order in which they were given: later ones win, as in Nova. */
export interface ConfigArgument {
  readonly kind: 'file' | 'directory'
  readonly path: string
}

/** What tells one content of a file from another without reading it, by path. */
export type FileStamps = ReadonlyMap<string, string>

/** The files that count. @throws the file system's errors */
export function pathsOf({ kind, path }: ConfigArgument): readonly string[] {
  if (kind === 'file') return [path]
  // As oslo.config: *.conf that do not begin with a dot, in the order of their bytes, no folders below.
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf') && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
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
