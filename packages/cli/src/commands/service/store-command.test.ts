import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { main } from '../../main.ts'
import { ownStore } from '../../testing/own-store.ts'

const tried = ownStore((folder) => join(folder, 'own.db'))
const { terminal, out, err } = tried

test('a store without migrations has nothing to export, and nothing to remove', async () => {
  await main(['store', 'export'], terminal)
  await main(['store', 'prune', '--newest', '0', '--json'], terminal)
  expect(out).toEqual(['{"migrations":0,"entries":0}'])
  expect(existsSync(join(tried.folder, 'own.db'))).toBe(false)
})

test('where a service is named, that the store itself is read is said beside the results, and not in JSON', async () => {
  vi.stubEnv('LANDFALL_SERVER', 'https://landfall.example:8440')
  await main(['token', 'list', '--json'], terminal)
  expect([out, err]).toEqual([['[]'], []])
  await main(['token', 'list'], terminal)
  expect(err).toEqual([expect.stringMatching(/^store: .*own\.db; LANDFALL_SERVER is not asked for this$/)])
})

test('what may be removed has to be said', async () => {
  await main(['store', 'prune'], terminal)
  expect([process.exitCode, err.join()]).toEqual([2, expect.stringContaining('--older-than')])
})

test('a database that cannot be reached is named without its password', async () => {
  vi.stubEnv('LANDFALL_STORE', 'postgres://me:secret@localhost/landfall?host=%2Fnowhere')
  await main(['store', 'export'], terminal)
  expect([process.exitCode, err.join()]).toEqual([1, expect.stringContaining('postgres://me@localhost/landfall')])
  expect(err.join()).not.toContain('secret')
})
