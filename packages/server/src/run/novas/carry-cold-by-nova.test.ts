import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MigrationPlan, MigrationUpdate } from '@landfall/api'
import type { MigrationStatus } from '@landfall/openstack'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../store/open-store.ts'
import { FakeNova } from '../../testing/fake-nova.ts'
import { plainRecord } from '../../testing/story.ts'
import { ActiveMigration } from '../request/active-migrations.ts'
import type { RunContext } from '../start/context.ts'
import { carryColdByNova } from './carry-cold-by-nova.ts'

const { guest, persistent, source, destination, intent, facts, plan } = plainRecord
// Nothing else of a plan is asked here.
const planned = {
  guest: { ...guest, persistent },
  source,
  destination,
  intent,
  facts,
  plan,
} as unknown as MigrationPlan

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'landfall-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** Nova says these words, one a look, and then has the instance so. */
async function moved(words: readonly MigrationStatus[], ends: string, isAborted = false) {
  const nova = new FakeNova(guest.uuid)
  let looks = 0
  const clock = {
    now: () => 1000 * looks,
    sleep: async () => {
      const word = words[looks++]
      if (word !== undefined) nova.moves({ id: 8, type: 'migration', status: word, statusAsSent: word })
      // An instance follows its record.
      else if (nova.instance !== null) nova.instance = { ...nova.instance, status: ends, host: 'host2' }
    },
  }
  const store = openStore(folder)
  const active = new ActiveMigration({ id: 'm1', guest: guest.name, uuid: guest.uuid })
  if (isAborted) active.wish({ kind: 'abort', why: 'aborted as asked' })
  const context = { store, clock } as unknown as RunContext
  await carryColdByNova(context, { nova, planned, host: 'host2', active })
  const updates = active.log.kept.map(({ update }) => update)
  const kept = (await store.read('m1'))?.report
  await store[Symbol.asyncDispose]()
  return { nova, updates, kept }
}

const last = (updates: readonly MigrationUpdate[]): unknown => updates.at(-1)

test('Nova is asked to move it cold; its end waits for a word, and is kept', async () => {
  const { nova, updates, kept } = await moved(['migrating', 'post-migrating', 'finished'], 'VERIFY_RESIZE')
  expect(nova.asked).toEqual(['coldMigrate host2'])
  const report = { outcome: 'completed', strategy: 'cold', nova: { migration: 8, requestId: 'req-1', host: 'host2' } }
  expect(last(updates)).toMatchObject({ kind: 'ended', report })
  expect(kept).toMatchObject({
    ...report,
    reason: { next: expect.arrayContaining([{ action: 'confirm', migration: 'm1' }]) },
  })
})

test('one that Nova gives up is told as failed, with Nova’s word', async () => {
  const { updates } = await moved(['migrating', 'error'], 'ERROR')
  expect(last(updates)).toMatchObject({ report: { outcome: 'failed', reason: { code: 'migration-failed' } } })
})

test('an abort is told to be none of Nova’s', async () => {
  const { updates } = await moved(['migrating', 'finished'], 'VERIFY_RESIZE', true)
  expect(updates.filter((update) => update.kind === 'step' && /does not abort/.test(update.message))).toHaveLength(1)
})
