import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'

/** Where a configuration is read from. */
export interface ConfigSource {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  readonly homeDirectory: string
  /** Null where there is no such file, or it may not be read. */
  readonly read: (path: string) => Promise<string | null>
}

const absent = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR'])

/** This machine's files and this process's environment. */
export const thisMachine = (): ConfigSource => ({
  environment: process.env,
  workingDirectory: process.cwd(),
  homeDirectory: homedir(),
  read: async (path) => {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && absent.has(String(error.code))) return null
      throw error
    }
  },
})
