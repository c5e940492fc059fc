import { migrations } from './0001-migrations.ts'
import { service } from './0002-service.ts'
import { severalServers } from './0003-several-servers.ts'
import { drains } from './0004-drains.ts'
import { requestKeys } from './0005-request-keys.ts'

/** Forward only, each applied once, in a schema of its own. Never change one, add another. */
export const schemaChanges: readonly string[] = [migrations, service, severalServers, drains, requestKeys]
