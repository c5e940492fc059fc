import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pageOf } from './page-text.ts'
import { formerCore, newestResults, rowResults } from '../results.ts'

const at = (path: string): URL => new URL(`../../../../${path}`, import.meta.url)
/** The formatter lines columns up; what is said stays. */
const said = (text: string): string => text.replaceAll(/[-\s]+/g, ' ')

test('docs/benchmarks.md and its pictures tell what the newest results of the core matrix say', () => {
  const results = newestResults(at('bench/results/core').pathname)
  expect(results).not.toBeNull()
  for (const [path, text] of Object.entries(
    results === null
      ? {}
      : pageOf(results, [
          ...formerCore(at('bench/results/core').pathname),
          ...rowResults(at('bench/results/wide').pathname),
        ]),
  )) {
    expect(said(readFileSync(at(path), 'utf8'))).toBe(said(text))
  }
})
