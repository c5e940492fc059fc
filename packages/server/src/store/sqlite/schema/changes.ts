import { migrations } from './0001-migrations.ts'
import { endedEntries } from './0002-ended-entries.ts'

/** Forward only, each applied once: the number of those that were is the file's `user_version`. Never change one, add another. */
export const schemaChanges: readonly string[] = [migrations, endedEntries]
