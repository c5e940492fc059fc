import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withAnswers } from './doctor-answers.ts'

test('docs/doctor.md shows what the program answers; node tools/doctor-page.ts writes it anew', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/doctor.md'), 'utf8')
  expect(page.match(/<!-- doctor:/g)?.length).toBeGreaterThan(5)
  expect(withAnswers(page)).toBe(page)
}, 60_000)
