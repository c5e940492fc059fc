// Writes the tables that the program knows by itself into the pages of docs/:
//   node tools/docs-tables.ts

import { readFileSync, writeFileSync } from 'node:fs'
import { pagesWithTables, withTables } from './docs-tables/of-pages.ts'

for (const path of pagesWithTables) writeFileSync(path, withTables(readFileSync(path, 'utf8')))
console.error(`tables written: ${pagesWithTables.join(', ')}`)
