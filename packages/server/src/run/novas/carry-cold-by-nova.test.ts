import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MigrationPlan, MigrationUpdate } from '@landfall/api'
import type { MigrationStatus } from '@landfall/openstack'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serverError } from '../../errors.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
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

const kept = {
  guest: guest.uuid,
  to: 'host2',
  wanted: { settings: {}, cold: true, novaConfig: [], namedAs: 'setting' },
  confirm: false,
} as const

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'landfall-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** Nova says these words, one a look, and then has the instance so. */
async function moved(
  words: readonly MigrationStatus[],
  ends: string | null,
  isAborted = false,
  nova = new FakeNova(guest.uuid),
  isKept = false,
) {
  let looks = 0
  const clock = {
    now: () => 1000 * looks,
    sleep: async () => {
      const word = words[looks++]
      if (word !== undefined) nova.moves({ id: 8, type: 'migration', status: word, statusAsSent: word })
      // An instance follows its record.
      else if (ends === null) nova.instance = null
      else if (nova.instance !== null) nova.instance = { ...nova.instance, status: ends, host: 'host2' }
      if (looks > 1000) throw new Error('it never ends')
    },
  }
  const store = openStore(folder)
  const active = new ActiveMigration({ id: 'm1', guest: guest.name, uuid: guest.uuid })
  if (isAborted) active.wish({ kind: 'abort', why: 'aborted as asked' })
  const context = { store, clock } as unknown as RunContext
  if (isKept) await store.requests.keep({ id: 'm1', at: 5, holder: ownIdentity(), request: kept })
  let noted: unknown
  const { coldMigrate } = nova
  Object.assign(nova, {
    coldMigrate: async (...given: Parameters<typeof coldMigrate>) => {
      noted = (await store.requests.list())[0]?.asking
      return coldMigrate(...given)
    },
  })
  await carryColdByNova(context, { nova, planned, host: 'host2', active, isKept, assertWanted: () => undefined })
  const updates = active.log.kept.map(({ update }) => update)
  const report = (await store.read('m1'))?.report
  await store[Symbol.asyncDispose]()
  return { nova, updates, kept: report, noted }
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

test('that Nova is about to be asked is written down before it is asked, so that whoever goes on asks for nothing twice', async () => {
  const nova = new FakeNova(guest.uuid)
  nova.moves({ id: 6, status: 'completed', statusAsSent: 'completed' })
  const { noted } = await moved(['migrating', 'finished'], 'VERIFY_RESIZE', false, nova, true)
  expect(noted).toEqual({ instance: guest.uuid, newestBefore: 6 })
})

const away = serverError('nova-unreachable', 'the connection broke before the answer was there', 'wait')

test('what Nova took although its answer got lost is followed, and not asked for again', async () => {
  const nova = new FakeNova(guest.uuid)
  nova.refusals.set('coldMigrate', away)
  const { updates } = await moved(['migrating', 'post-migrating', 'finished'], 'VERIFY_RESIZE', false, nova)
  expect(nova.asked).toEqual(['coldMigrate host2'])
  const report = { outcome: 'completed', strategy: 'cold', nova: { migration: 8, requestId: 'req-2', host: 'host2' } }
  expect(last(updates)).toMatchObject({ kind: 'ended', report })
})

test('what Nova was asked for and did not take is told as it failed', async () => {
  const nova = new FakeNova(guest.uuid)
  nova.refusals.set('coldMigrate', away)
  await expect(moved([], 'ACTIVE', false, nova)).rejects.toBe(away)
})

test('what Nova accepted and nobody began is told, and not waited for for ever', async () => {
  await expect(moved([], 'ACTIVE')).rejects.toMatchObject({
    code: 'nova-refused',
    message: expect.stringContaining('did not begin it'),
  })
})

test('an instance that is deleted meanwhile ends it, whatever its record says', async () => {
  const { updates } = await moved(['migrating'], null)
  expect(last(updates)).toMatchObject({
    report: { outcome: 'failed', reason: { message: expect.stringContaining('no such instance any more') } },
  })
})

test('the end of a later migration is not taken for its own', async () => {
  const nova = new FakeNova(guest.uuid)
  const { server } = nova
  Object.assign(nova, {
    server: async (id: string) => {
      if (nova.record?.status === 'post-migrating')
        nova.moves({ id: 9, type: 'live-migration', status: 'completed', statusAsSent: 'completed' })
      return server(id)
    },
  })
  await expect(moved(['migrating', 'post-migrating'], 'ACTIVE', false, nova)).rejects.toMatchObject({
    message: expect.stringContaining('8 was followed by another, 9 (live-migration)'),
  })
})

test('an abort is told to be none of Nova’s', async () => {
  const { updates } = await moved(['migrating', 'finished'], 'VERIFY_RESIZE', true)
  expect(updates.filter((update) => update.kind === 'step' && /does not abort/.test(update.message))).toHaveLength(1)
})
