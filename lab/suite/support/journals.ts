import { join } from 'node:path'
import { JournalFolder } from '@landfall/server'
import { inject } from 'vitest'

/** The suite's journals: one for each migration that was ever begun. */
export function journals(): JournalFolder {
  return new JournalFolder(join(inject('stateDirectory'), 'migrations'))
}
