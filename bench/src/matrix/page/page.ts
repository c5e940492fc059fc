// Writes docs/benchmarks.md and its pictures from the newest results of the core matrix and the rows of the wide one:
//   node bench/src/matrix/page/page.ts

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pageOf } from './page-text.ts'
import { formerCore, newestResults, rowResults } from '../results.ts'

const at = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url))
const results = newestResults(at('bench/results/core'))
if (results === null) {
  console.error('no results yet: npm run bench')
  process.exit(1)
}
for (const [path, text] of Object.entries(
  pageOf(results, [...formerCore(at('bench/results/core')), ...rowResults(at('bench/results/wide'))]),
))
  writeFileSync(at(path), text)
spawnSync('oxfmt', ['--write', at('docs/benchmarks.md')], { stdio: 'inherit' })
console.error(`docs/benchmarks.md tells of ${results.runs.length} runs (${results.name})`)
