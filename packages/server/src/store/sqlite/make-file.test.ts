import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../open-store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const token = { name: 'ops', scope: 'operate', hash: 'x', createdAt: 1, expiresAt: null } as const
const owners = (): readonly number[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => statSync(join(folder, path)).uid)

test('the store is made with the folders above it, and is not for everybody to read', async () => {
  await using store = openStore(join(folder, 'a/b'))
  await store.tokens.add(token)
  expect(statSync(join(folder, 'a/b')).mode & 0o007).toBe(0)
  expect(statSync(join(folder, 'a/b/landfall.db')).mode & 0o007).toBe(0)
})

test.skipIf(process.getuid?.() !== 0)(
  'what root stores first in the folder of a service is the service’s',
  async () => {
    const service = 4711
    const state = join(folder, 'state')
    mkdirSync(state)
    chownSync(state, service, service)
    await using store = openStore(join(state, 'a/migrations'))
    await store.tokens.add(token)
    // The folder, its two, the file, and what SQLite has beside it.
    expect(owners().length).toBeGreaterThan(4)
    expect(new Set(owners())).toEqual(new Set([service]))
  },
)
