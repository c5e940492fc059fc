import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { pagesWithTables, withTables } from './docs-tables/of-pages.ts'

test.each(pagesWithTables.map((path) => [basename(path), path]))(
  'docs/%s has the tables as the program has them; node tools/docs-tables.ts writes them anew',
  (_name, path) => {
    const page = readFileSync(path, 'utf8')
    expect(page).toMatch(/<!-- table:/)
    expect(withTables(page)).toBe(page)
  },
)

test('a table that nothing makes is an error', () => {
  expect(() => withTables('<!-- table:nonsense -->\n\n<!-- /table -->')).toThrow(/"nonsense"/)
})
