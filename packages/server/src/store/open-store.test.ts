import type { MigrationReport } from '@landfall/api'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { plainRecord } from '../testing/story.ts'
import { ownIdentity } from './driver-identity.ts'
import type { MigrationEntry } from './story/entry.ts'
import { readJournal } from './story/import-journals.ts'
import { nameOfStore, openStore } from './open-store.ts'
import { tellStory } from './story/story.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const entries = (id: string): readonly MigrationEntry[] => [
  { at: 1.5, kind: 'begun', record: { ...plainRecord, id }, driver: ownIdentity() },
  { at: 2, kind: 'launching' },
  {
    at: 3,
    kind: 'sample',
    sample: { at: 3, pass: 1, phase: 'active', remainingBytes: 5, bytesSent: 6, throttlePercent: 20 },
  },
  { at: 4, kind: 'act', stage: 'intended', act: { kind: 'start-post-copy', why: 'plateau', numbers: { pass: 2 } } },
  { at: 9, kind: 'ended', report: { id, guest: 'web1', outcome: 'completed' } as MigrationReport },
]
const write = (id: string, lines: readonly MigrationEntry[]): void =>
  writeFileSync(join(folder, `${id}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))

test('a folder in which nothing was written has no migrations, and is not made by looking', async () => {
  const none = join(folder, 'none')
  await using store = openStore(none)
  expect([await store.lessons(9), (await store.ended({ limit: 9 })).items, await store.read('m1')]).toEqual([
    [],
    [],
    null,
  ])
  expect(existsSync(none)).toBe(false)
})

test('journals of before are brought in once, with every entry as it was', async () => {
  write('m1', entries('m1'))
  write('m2', entries('m2').slice(0, 2))
  for (const _ of [1, 2]) {
    await using store = openStore(folder)
    expect(await store.entries('m1')).toEqual(entries('m1'))
    expect((await store.unended()).map(({ record }) => record.id)).toEqual(['m2'])
    expect((await store.ended({ limit: 9 })).items.map(({ id }) => id)).toEqual(['m1'])
  }
  expect(readdirSync(folder)).toContain('m1.jsonl')
})

test('a journal tells the same story from its file and from the store', async () => {
  write('m1', entries('m1'))
  await using store = openStore(folder)
  const fromFile = tellStory(readJournal(join(folder, 'm1.jsonl')))
  expect(tellStory(await store.entries('m1'))).toEqual(fromFile)
})

test('half a line left by a killed process hides nothing, and a journal without a beginning is no migration', async () => {
  write('m1', entries('m1').slice(0, 1))
  appendFileSync(join(folder, 'm1.jsonl'), '{"at":2,"kind":"sta\n{"at":3,"kind":"launching"}\n')
  appendFileSync(join(folder, 'm3.jsonl'), '{"at":1,"kind":"beg')
  await using store = openStore(folder)
  expect(await store.read('m1')).toMatchObject({ launched: true })
  expect(await store.ids()).toEqual(['m1'])
})

test('migrations that were begun before and those of now stand beside each other', async () => {
  write('m1', entries('m1'))
  await using store = openStore(folder)
  const lease = await store.begin({ ...plainRecord, id: 'm2' }, 1, ownIdentity())
  await store.append(lease, { at: 2, kind: 'launching' })
  expect(await store.ids()).toEqual(['m1', 'm2'])
})

test('a file that is no store is named, with what to do, and looked at again the next time', async () => {
  const file = join(folder, 'landfall.db')
  writeFileSync(file, 'no database at all, but longer than a header of one hundred bytes would be '.repeat(4))
  await using store = openStore(folder)
  await expect(store.unended()).rejects.toMatchObject({
    code: 'store-unusable',
    message: expect.stringContaining(file),
  })
  rmSync(file)
  const lease = await store.begin({ ...plainRecord, id: 'm1' }, 1, ownIdentity())
  expect(lease).toMatchObject({ migration: 'm1' })
})

test('a URL of another kind is no folder of that name, and what stands in it is not repeated', () => {
  const refused = { code: 'store-unusable', message: expect.not.stringContaining('secret') }
  for (const ask of [openStore, nameOfStore])
    expect(() => ask('mysql://me:secret@localhost/landfall')).toThrow(expect.objectContaining(refused))
})

test('a folder that cannot be one is told as a store that cannot be used, also to who only reads', async () => {
  writeFileSync(join(folder, 'state'), '')
  await using store = openStore(join(folder, 'state', 'migrations'))
  await expect(store.ids()).rejects.toMatchObject({ code: 'store-unusable' })
})
