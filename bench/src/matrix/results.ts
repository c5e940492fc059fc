import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from './run.ts'

/** What the first line of each start of a bench says. */
export interface About {
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryBytes: number
    readonly kernel: string
    readonly accelerator: string
  }
  readonly hosts: { readonly release: string; readonly versions: readonly string[] }
  readonly memoryMiB: number
  readonly link: string
  readonly longestRunMs: number
  readonly loadBefore: readonly number[]
  readonly startedAt: string
  /** Of this repository; missing in the oldest results. */
  readonly commit?: string
}

export interface Results {
  readonly name: string
  readonly about: About
  readonly runs: readonly Run[]
}

/** The newest results of a matrix; null where there are none. */
export function newestResults(folder: string): Results | null {
  const name = readdirSync(folder)
    .filter((each) => each.endsWith('.jsonl'))
    .toSorted()
    .at(-1)
  return name === undefined ? null : parseResults(name, readFileSync(join(folder, name), 'utf8'))
}

/** Throws for a file that was not begun by a bench. */
export function parseResults(name: string, text: string): Results {
  const lines = text.split('\n').filter((line) => line !== '')
  const parsed = lines.map((line) => JSON.parse(line) as About | Run)
  const about = parsed.findLast((each): each is About => 'machine' in each)
  if (about === undefined) throw new Error(`${name} does not say on which machine it was made`)
  return { name, about, runs: parsed.filter((each): each is Run => 'contender' in each) }
}
