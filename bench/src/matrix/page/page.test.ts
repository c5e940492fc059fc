import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { at, pageOfRecorded } from './recorded.ts'

/** The formatter lines columns up; what is said stays. */
const said = (text: string): string => text.replaceAll(/[-\s]+/g, ' ')

test('docs/benchmarks.md and its pictures tell what the newest results of the core matrix say', () => {
  const page = pageOfRecorded()
  expect(page).not.toBeNull()
  for (const [path, text] of Object.entries(page ?? {}))
    expect(said(readFileSync(at(path), 'utf8')) === said(text), `${path}: node bench/src/matrix/page/page.ts`).toBe(
      true,
    )
})
