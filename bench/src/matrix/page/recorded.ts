import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formerCore, newestResults, rowResults } from '../results.ts'
import type { RecordedMove } from './coverage.ts'
import { pageOf } from './page-text.ts'

export const at = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url))

/** The moves of every file, oldest first. */
function recordedMoves(folder: string): readonly RecordedMove[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  // Written by bench/moves alone.
  return names
    .toSorted()
    .flatMap((name) => (JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { moves: RecordedMove[] }).moves)
}

/** The page and its pictures as all that is recorded makes them; null where nothing is. */
export function pageOfRecorded(): Readonly<Record<string, string>> | null {
  const core = at('bench/results/core')
  const results = newestResults(core)
  if (results === null) return null
  const wide = [...formerCore(core), ...rowResults(at('bench/results/wide'))]
  return pageOf(results, wide, recordedMoves(at('bench/moves/results')))
}
