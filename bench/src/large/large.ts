// What Landfall would choose and predict for guests that no machine here could hold, and how that goes in the simulator:
//   node bench/src/large/large.ts          writes docs/large-machines.md
// Nothing of it is measured.

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { spawnSync } from 'node:child_process'
import { machines } from './machines.ts'
import { largePage, rowOf } from './page.ts'

const file = fileURLToPath(new URL('../../../docs/large-machines.md', import.meta.url))
writeFileSync(file, largePage(machines.map(rowOf)))
spawnSync('oxfmt', ['--write', file], { stdio: 'inherit' })
