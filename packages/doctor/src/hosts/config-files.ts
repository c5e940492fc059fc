import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigArgument } from '@landfall/nova'
import { configNamesIn } from '@landfall/nova'

/** The files that count. @throws the file system's errors */
export function pathsOf({ kind, path }: ConfigArgument): readonly string[] {
  if (kind === 'file') return [path]
  return configNamesIn(readdirSync(path, { withFileTypes: true })).map((name) => join(path, name))
}
