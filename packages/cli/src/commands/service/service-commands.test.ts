import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AuditEntry } from '@landfall/server'
import { main } from '../../main.ts'
import { ownStore } from '../../testing/own-store.ts'

const tried = ownStore((folder) => join(folder, 'own.db'))

const host = (name: string): string => `[hosts.${name}]\nuri = "qemu:///system"\n`

test('a configuration file that is good is told with its hosts', async () => {
  const file = join(tried.folder, 'landfall.toml')
  writeFileSync(file, host('host1'))
  await main(['config', 'check', file], tried.terminal)
  writeFileSync(file, host('host1') + host('host2'))
  await main(['config', 'check', file], tried.terminal)
  expect(tried.out).toEqual([
    expect.stringContaining(': 1 host (host1); served on '),
    expect.stringContaining('state: '),
    expect.stringContaining(': 2 hosts (host1, host2); served on '),
    expect.stringContaining('state: '),
  ])
})

test('what is done to the tokens is in the audit trail: before it is done, with its outcome, and by whom', async () => {
  await main(['token', 'create', 'ci', '--scope', 'admin'], tried.terminal)
  await main(['token', 'create', 'ci'], tried.terminal)
  await main(['token', 'revoke', 'ci'], tried.terminal)
  await main(['token', 'revoke', 'ci'], tried.terminal)
  tried.out.length = 0
  process.exitCode = 0
  await main(['audit', '--json'], tried.terminal)
  const { whole, entries } = JSON.parse(tried.out.join()) as {
    readonly whole: boolean
    readonly entries: readonly AuditEntry[]
  }
  expect(whole).toBe(true)
  expect(entries.map(({ act: { path, target, status } }) => [path, target, status])).toEqual([
    ['token create', 'name=ci scope=admin', null],
    ['token create', 'name=ci scope=admin', 200],
    ['token create', 'name=ci scope=read', null],
    ['token create', 'name=ci scope=read', 409],
    ['token revoke', 'name=ci', null],
    ['token revoke', 'name=ci', 200],
    ['token revoke', 'name=ci', null],
    ['token revoke', 'name=ci', 404],
  ])
  for (const { act } of entries)
    expect(act).toMatchObject({ method: 'command', caller: expect.stringMatching(/^local:.+@/) })
  expect(new Set(entries.map(({ act }) => act.requestId)).size).toBe(4)
})

test('a token is not revoked of a store that is not there, and none is made', async () => {
  await main(['token', 'revoke', 'ci'], tried.terminal)
  expect([process.exitCode, tried.err.join()]).toEqual([2, expect.stringMatching(/no store at .*own\.db/)])
  expect(existsSync(join(tried.folder, 'own.db'))).toBe(false)
})

test.each([
  ['0s', 'cannot be good for 0s'],
  ['99999999999h', 'cannot be good for 99999999999h'],
  ['soon', 'is not a duration'],
])('a token that would be good for %s is not made', async (expires, why) => {
  await main(['token', 'create', 'ci', '--expires', expires], tried.terminal)
  expect([process.exitCode, tried.err.join()]).toEqual([2, expect.stringContaining(why)])
  expect(existsSync(join(tried.folder, 'own.db'))).toBe(false)
})

test('a token whose text could not be written is taken back', async () => {
  const terminal = { ...tried.terminal, outTaken: () => Promise.resolve(false) }
  await main(['token', 'create', 'ci'], terminal)
  expect([process.exitCode, tried.err.join()]).toEqual([1, expect.stringContaining('is taken back')])
  await main(['token', 'list', '--json'], tried.terminal)
  expect(tried.out).toEqual(['[]'])
})

test('JSON has the end of a token in the same words where it is made and where it is listed', async () => {
  await main(['token', 'create', 'ci', '--expires', '1h', '--json'], tried.terminal)
  await main(['token', 'list', '--json'], tried.terminal)
  const [made, listed] = tried.out.map((line) => JSON.parse(line) as unknown)
  expect(made).toMatchObject({ name: 'ci', scope: 'read', expiresAt: expect.stringMatching(/^\d{4}-.+Z$/) })
  expect(listed).toEqual([expect.objectContaining({ expiresAt: (made as { readonly expiresAt: string }).expiresAt })])
})
