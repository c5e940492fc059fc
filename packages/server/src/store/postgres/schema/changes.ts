import { migrations } from './0001-migrations.ts'

/** Forward only, each applied once, in a schema of its own. Never change one, add another. */
export const schemaChanges: readonly string[] = [migrations]
