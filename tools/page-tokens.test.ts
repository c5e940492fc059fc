import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Every colour that a file names, light and then dark, in the order in which they stand there. */
function coloursIn(path: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '..', path), 'utf8')
  return [...text.matchAll(/(--[\w-]+):\s*(#[\da-f]+)/g)].map(([, name, value]) => `${name} ${value}`)
}

test('the console has the colours of the pages that commands write', () => {
  const colours = coloursIn('packages/console/src/style/tokens.css')
  expect(colours.length).toBeGreaterThan(10)
  expect(colours).toEqual(coloursIn('packages/cli/src/output/page/page-style.ts'))
})
