// Writes the program's own answers into docs/doctor.md:
//   node tools/doctor-page.ts

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withAnswers } from './doctor-answers.ts'

const path = join(import.meta.dirname, '../docs/doctor.md')
writeFileSync(path, withAnswers(readFileSync(path, 'utf8')))
console.error('docs/doctor.md has the answers of this program')
