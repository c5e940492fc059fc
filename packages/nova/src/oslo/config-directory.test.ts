import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { configNamesIn } from './config-directory.ts'

const listed = (name: string, folder = false) => ({ name, isDirectory: () => folder })

test('only visible files that end in .conf count, in the order of their bytes', () => {
  const folder = [
    listed('b.conf'),
    listed('B.conf'),
    listed('a.conf'),
    listed('a.conf.orig'),
    listed('.hidden.conf'),
    listed('below.conf', true),
    listed('ab.conf'),
  ]
  expect(configNamesIn(folder)).toEqual(['B.conf', 'a.conf', 'ab.conf', 'b.conf'])
})

test('whatever the names, their order is that of their bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (stems) => {
      const names = stems.map((stem) => `x${stem}.conf`)
      const bytes = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      expect(configNamesIn(names.map((name) => listed(name)))).toEqual(bytes)
    }),
  )
})
