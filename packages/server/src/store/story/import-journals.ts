import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MigrationEntry } from './entry.ts'
import type { Database } from '../sqlite/open-database.ts'
import { insertEntry, insertMigration } from '../sql/entries.ts'
import type { Work } from '../sql/steps.ts'
import { all, first } from '../sql/steps.ts'
import { sqliteDialect } from '../sqlite/sqlite-dialect.ts'
import { tellStory } from './story.ts'

const { queries } = sqliteDialect
const suffix = '.jsonl'

/**
 * Brings the journals of before (one file each, one JSON entry a line) into the store, each once; the files stay where they
 * are. One whose first line never reached the disk is no migration, and is looked at again.
 *
 * @returns how many were brought in now
 */
export function importJournals(database: Database, folder: string): number {
  const names = journalsIn(folder)
  if (names.length === 0) return 0
  const done = new Set(
    database.run(all(queries.selectFrom('imported_journals').select('name'))).map(({ name }) => name),
  )
  return names.filter((name) => !done.has(name) && importJournal(database, folder, name)).length
}

function importJournal(database: Database, folder: string, name: string): boolean {
  const entries = readJournal(join(folder, name))
  const story = tellStory(entries)
  if (story === null) return false
  const { record, beganAt, driver } = story
  const { id } = record
  return database.alone(function* (): Work<boolean> {
    // Another process was quicker.
    if ((yield* first(queries.selectFrom('migrations').select('id').where('id', '=', id))) !== null) return false
    yield* insertMigration(sqliteDialect, record, beganAt)
    yield* all(queries.insertInto('leases').values({ migration: id, token: 1, holder: JSON.stringify(driver) }))
    for (const entry of entries) yield* insertEntry(sqliteDialect, id, entry)
    yield* all(queries.insertInto('imported_journals').values({ name, entries: entries.length }))
    return true
  })
}

/** The names of the journals of before in that folder. */
export function journalsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(suffix))
      .toSorted()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** A process killed in mid-write leaves half a line: all the others stand. */
export function readJournal(path: string): readonly MigrationEntry[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line === '') return []
      try {
        // Written by this program alone, in a folder that only it may write.
        return [JSON.parse(line) as MigrationEntry]
      } catch {
        return []
      }
    })
}
