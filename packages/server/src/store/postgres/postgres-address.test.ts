import { expect, test } from 'vitest'
import { isPostgresUrl, readPostgresAddress } from './postgres-address.ts'

test('a database is told from a folder', () => {
  expect(
    ['postgres://a/b', 'postgresql:///b', '/var/lib/landfall', 'postgres', './postgres:'].map(isPostgresUrl),
  ).toEqual([true, true, false, false, false])
})

test('it is shown without its secrets, wherever they stand', () => {
  expect(readPostgresAddress('postgres://me:secret@db:5433/landfall').shown).toBe('postgres://me@db:5433/landfall')
  const asked = 'postgres://me@db/landfall?password=secret&sslkey=%2Fsecret&host=%2Frun%2Fpostgresql'
  expect(readPostgresAddress(asked)).toEqual({
    url: asked,
    shown: 'postgres://me@db/landfall?host=%2Frun%2Fpostgresql',
  })
})

test('what is no URL is refused without being repeated', () => {
  const refused = { code: 'store-unusable', message: expect.not.stringContaining('secret') }
  expect(() => readPostgresAddress('postgres://me:secret@d b:x/landfall')).toThrow(
    expect.not.objectContaining({ cause: expect.anything() }),
  )
  expect(() => readPostgresAddress('postgres://me:secret@d b:x/landfall')).toThrow(expect.objectContaining(refused))
})
