import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { MigrationReport } from '@landfall/api'
import { defaultIntent, plan } from '@landfall/core'
import type { AuditEntry } from '@landfall/server'
import { openStore } from '@landfall/server'
import { expect, test, vi } from 'vitest'
import { main } from '../../main.ts'
import { busyFacts } from '../../testing/busy-facts.ts'
import { ownStore } from '../../testing/own-store.ts'

const tried = ownStore((folder) => join(folder, 'own.db'))
const { terminal, out, err } = tried

test('a store without migrations has nothing to export, and nothing to remove', async () => {
  await main(['store', 'export'], terminal)
  await main(['store', 'prune', '--newest', '0', '--json'], terminal)
  expect(out).toEqual(['{"migrations":0,"entries":0}'])
  expect(existsSync(join(tried.folder, 'own.db'))).toBe(false)
})

test('what is removed is in the audit trail, with what might go', async () => {
  await keepEnded('m1')
  await main(['store', 'prune', '--newest', '0', '--keep-reports', '--json'], terminal)
  await main(['audit', '--json'], terminal)
  const [removed = '', trail = ''] = out
  expect(removed).toContain('"migrations":1')
  const { entries } = JSON.parse(trail) as { readonly entries: readonly AuditEntry[] }
  expect(entries.map(({ act: { path, target, status } }) => [path, target, status])).toEqual([
    ['store prune', 'newest=0 reports=kept', null],
    ['store prune', 'newest=0 reports=kept', 200],
  ])
})

/** Writes a migration that has ended into the store of the test. */
async function keepEnded(id: string): Promise<void> {
  await using store = openStore(join(tried.folder, 'own.db'))
  const guest = { name: 'web1', uuid: '11111111-2222-3333-4444-555555555555' }
  const moved = { id, guest, source: 'host1', destination: 'host2', intent: defaultIntent, facts: busyFacts }
  const planned = { plan: plan(defaultIntent, busyFacts), persistent: true, previousDowntimeLimitMs: 300 }
  const lease = await store.begin({ ...moved, ...planned }, 1, { pid: 1, startTicks: '1', bootId: 'b' })
  // As much of a report as lists show.
  const report = { id, guest: 'web1', outcome: 'completed', strategy: 'pre-copy', totalTimeMs: 12.5 } as MigrationReport
  await store.append(lease, [
    { at: 2, kind: 'launching' },
    { at: 9, kind: 'ended', report },
  ])
  await store.release(lease)
}

test('where a service is named, that the store itself is read is said beside the results, and not in JSON', async () => {
  vi.stubEnv('LANDFALL_SERVER', 'https://landfall.example:8440')
  await main(['token', 'list', '--json'], terminal)
  expect([out, err]).toEqual([['[]'], []])
  await main(['token', 'list'], terminal)
  expect(err).toEqual([expect.stringMatching(/^store: .*own\.db; LANDFALL_SERVER is not asked for this$/)])
})

test.each([
  ['--newest', '99999999999999999999999'],
  ['--older-than', '1e300'],
])('%s %s, with which no store can do anything, is refused before anything is removed', async (option, value) => {
  await keepEnded('m1')
  await main(['store', 'prune', option, value], terminal)
  await main(['audit', '--json'], terminal)
  expect([process.exitCode, out.join()]).toEqual([0, expect.stringContaining('"entries":[]')])
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
