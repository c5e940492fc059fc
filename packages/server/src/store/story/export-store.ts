import type { MigrationEntry } from './entry.ts'
import type { Store } from '../store.ts'

/** A line of an export. */
export interface ExportedEntry {
  readonly migration: string
  readonly entry: MigrationEntry
}

/**
 * All that is written, as JSON lines: each entry of each migration with the ID of that, migrations by age and entries in their
 * order. One migration at a time is held in memory.
 */
export async function* exportStore(store: Pick<Store, 'ids' | 'entries'>): AsyncGenerator<string> {
  for (const migration of await store.ids()) {
    for (const entry of await store.entries(migration)) {
      yield JSON.stringify({ migration, entry } satisfies ExportedEntry)
    }
  }
}
