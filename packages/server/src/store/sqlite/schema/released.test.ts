// A store of every version that was released is opened by this one: `released/VERSION.sql` is what that version left.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ownIdentity } from '../../driver-identity.ts'
import { openStore } from '../../open-store.ts'
import { schemaChanges } from './changes.ts'

const released = new URL('./released/', import.meta.url)
const versions = readdirSync(released).map((name) => name.slice(0, -'.sql'.length))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function leftBy(version: string): DatabaseSync {
  const file = new DatabaseSync(join(folder, 'landfall.db'))
  file.exec(readFileSync(new URL(`./${version}.sql`, released), 'utf8'))
  return file
}

/** What the tables and indexes of a file are made of, however it is laid out. */
const madeOf = (file: DatabaseSync): readonly string[] =>
  file
    .prepare("select sql from sqlite_schema where sql is not null and name not like 'sqlite_%' order by name")
    .all()
    .map(({ sql }) =>
      String(sql)
        .replaceAll(/\s+/g, ' ')
        .replaceAll(/\( | \)/g, (match) => match.trim()),
    )

describe.each(versions)('a store of %s', (version) => {
  test('is what the changes up to it make: none that was released is edited', () => {
    const left = leftBy(version)
    const count = Number(left.prepare('pragma user_version').get()?.['user_version'])
    const made = new DatabaseSync(':memory:')
    for (const change of schemaChanges.slice(0, count)) made.exec(change)
    expect([count > 0, madeOf(left)]).toEqual([true, madeOf(made)])
    left.close()
    made.close()
  })

  test('is brought up to date with all that is in it, and used from then on', async () => {
    leftBy(version).close()
    await using store = openStore(folder)
    const [ended, unended] = ['20260101T000000Z-web1', '20260102T000000Z-web1'] as const
    expect((await store.ended({ limit: 9 })).items.map(({ id, totalTimeMs }) => [id, totalTimeMs])).toEqual([
      [ended, 12.5],
    ])
    expect((await store.reports({ limit: 9 })).items.map(({ id }) => id)).toEqual([ended])
    expect((await store.entries(ended)).map(({ kind }) => kind)).toEqual(['begun', 'launching', 'sample', 'ended'])
    expect((await store.unended('undriven')).map(({ record }) => record.id)).toEqual([unended])
    const lease = await store.takeOver(unended, ownIdentity(), 3000)
    await store.append(lease, { at: 3001, kind: 'abort-asked', why: 'by hand' })
    expect(await store.read(unended)).toMatchObject({ launched: true, abortAsked: 'by hand' })
    const file = new DatabaseSync(join(folder, 'landfall.db'))
    expect(file.prepare('pragma user_version').get()).toEqual({ user_version: schemaChanges.length })
    file.close()
  })
})
