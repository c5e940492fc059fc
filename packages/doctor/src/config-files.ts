import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** One `--config-file` or `--config-dir`, in the order in which they were given: later ones win, as in Nova. */
export interface ConfigArgument {
  readonly kind: 'file' | 'directory'
  readonly path: string
}

/** The files that count. @throws the file system's errors */
export function pathsOf({ kind, path }: ConfigArgument): readonly string[] {
  if (kind === 'file') return [path]
  // As oslo.config: *.conf that do not begin with a dot, in the order of their bytes, no folders below.
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf') && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
