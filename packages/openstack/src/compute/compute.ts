import type { ServiceApi, ServiceClient } from '../service/service-client.ts'
import { ComputeServices } from './compute-services.ts'
import { Flavors } from './flavors.ts'
import { Hypervisors } from './hypervisors.ts'
import { InstanceActions } from './instance-actions.ts'
import { Migrations } from './migrations.ts'
import { ServerActions } from './server-actions.ts'
import { ServerGroups } from './server-groups.ts'
import { ServerMigrations } from './server-migrations.ts'
import { Servers } from './servers.ts'

/** 2.94 and 2.95 give evacuation another meaning; 2.93 is what Zed has. */
export const computeApi: ServiceApi = {
  type: 'compute',
  versionName: 'compute',
  oldVersionHeader: 'X-OpenStack-Nova-API-Version',
  newestKnown: { major: 2, minor: 93 },
}

/** Nova. */
export class Compute {
  readonly client: ServiceClient
  readonly servers: Servers
  readonly actions: ServerActions
  readonly serverMigrations: ServerMigrations
  readonly migrations: Migrations
  readonly services: ComputeServices
  readonly hypervisors: Hypervisors
  readonly flavors: Flavors
  readonly serverGroups: ServerGroups
  readonly instanceActions: InstanceActions

  constructor(client: ServiceClient) {
    this.client = client
    this.servers = new Servers(client)
    this.actions = new ServerActions(client)
    this.serverMigrations = new ServerMigrations(client)
    this.migrations = new Migrations(client)
    this.services = new ComputeServices(client)
    this.hypervisors = new Hypervisors(client)
    this.flavors = new Flavors(client)
    this.serverGroups = new ServerGroups(client)
    this.instanceActions = new InstanceActions(client)
  }
}
