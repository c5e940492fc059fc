// Writes docs/benchmarks.md and its pictures from the newest results of the core matrix and the rows of the wide one:
//   node bench/src/matrix/page/page.ts

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { at, pageOfRecorded } from './recorded.ts'

const page = pageOfRecorded()
if (page === null) {
  console.error('no results yet: npm run bench')
  process.exit(1)
}
for (const [path, text] of Object.entries(page)) writeFileSync(at(path), text)
spawnSync('oxfmt', ['--write', at('docs/benchmarks.md')], { stdio: 'inherit' })
