import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, vi } from 'vitest'
import type { Terminal } from '../output/terminal/terminal.ts'
import { plainTerminal } from './plain-terminal.ts'

/** What a command line works with in a test. */
export interface Tried {
  /** Empty, and gone after the test. */
  folder: string
  readonly out: string[]
  readonly err: string[]
  readonly terminal: Terminal
}

/**
 * For the tests of one file: a folder, a store by LANDFALL_STORE, and a terminal that keeps what it was told, all of each test's own.
 *
 * @param storeIn where the store lies, given the folder
 */
export function ownStore(storeIn: (folder: string) => string): Tried {
  const [out, err]: [string[], string[]] = [[], []]
  const terminal = plainTerminal({ out: (line) => void out.push(line), err: (line) => void err.push(line) })
  const tried: Tried = { folder: '', out, err, terminal }
  beforeEach(() => {
    tried.folder = mkdtempSync(join(tmpdir(), 'landfall-'))
    out.length = err.length = 0
    vi.stubEnv('LANDFALL_STORE', storeIn(tried.folder))
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    process.exitCode = 0
    rmSync(tried.folder, { recursive: true })
  })
  return tried
}
