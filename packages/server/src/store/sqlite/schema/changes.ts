import { migrations } from './0001-migrations.ts'
import { endedEntries } from './0002-ended-entries.ts'
import { service } from './0003-service.ts'
import { severalServers } from './0004-several-servers.ts'
import { drains } from './0005-drains.ts'
import { requestKeys } from './0006-request-keys.ts'

/** Forward only, each applied once: the number of those that were is the file's `user_version`. Never change one, add another. */
export const schemaChanges: readonly string[] = [migrations, endedEntries, service, severalServers, drains, requestKeys]
