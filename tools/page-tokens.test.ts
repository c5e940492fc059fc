import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pageStyle } from '../packages/cli/src/output/page/page-style.ts'

const tokens = readFileSync(join(import.meta.dirname, '../packages/console/src/style/tokens.css'), 'utf8')

/** Every colour, light and then dark, in the order in which they stand there. */
const coloursOf = (style: string): string[] =>
  [...style.matchAll(/(--[\w-]+):\s*(#[\da-f]+)/g)].map(([, name, value]) => `${name} ${value}`)

test('the console has the colours of the pages that commands write', () => {
  expect(coloursOf(tokens).length).toBeGreaterThan(10)
  expect(coloursOf(tokens)).toEqual(coloursOf(pageStyle))
})
