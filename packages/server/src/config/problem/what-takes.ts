import type { z } from 'zod'
import { intentSchema } from '../../intent/intent-config.ts'
import type { KeyPath } from './config-problem.ts'
import { hostSchema } from '../host/host-config.ts'
import { commandSchema, notifySchema, webhookSchema } from '../notify-config.ts'
import { oidcSchema } from '../oidc-config.ts'
import { openStackSchema } from '../openstack-config.ts'
import { serverSchema } from '../server-config.ts'

const takes = (table: string, { shape }: z.ZodObject): string => `${table} takes ${Object.keys(shape).join(', ')}`

const byTable: Readonly<Record<string, (of: KeyPath[number] | undefined) => string>> = {
  hosts: () => `Each host has a table with uri = "qemu+ssh://NAME/system"; ${takes('[hosts.NAME]', hostSchema)}`,
  intent: () => takes('[intent]', intentSchema),
  server: () => takes('[server]', serverSchema),
  openstack: () => takes('[openstack]', openStackSchema),
  oidc: () => takes('[oidc]', oidcSchema),
  notify: (of) => {
    if (of === 'webhook') return takes('[[notify.webhook]]', webhookSchema)
    return of === 'command' ? takes('[[notify.command]]', commandSchema) : takes('[notify]', notifySchema)
  },
}

const anyTable =
  'A hosts file has one [hosts.NAME] table per host with uri = "qemu+ssh://NAME/system", and may have [intent], [server], [openstack], [notify] and [oidc]'

/** What may stand in the table of the configuration file that a key is in. */
export const whatTakes = ([table, of]: KeyPath): string => byTable[String(table)]?.(of) ?? anyTable
