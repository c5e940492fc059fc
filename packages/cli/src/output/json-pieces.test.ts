import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonPieces } from './json-pieces.ts'

test('the pieces together are what JSON.stringify would say', () => {
  const one = fc.oneof(fc.jsonValue(), fc.constant(undefined))
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(one, fc.array(one))), (answer) => {
      expect([...jsonPieces(answer)].join('')).toBe(JSON.stringify(answer))
    }),
  )
})

test('a list comes member by member', () => {
  expect([...jsonPieces({ release: 26, migrations: [{ a: 1 }, { a: 2 }] })]).toEqual([
    '{"release":26',
    ',"migrations":[',
    '{"a":1},',
    '{"a":2}]',
    '}',
  ])
})
