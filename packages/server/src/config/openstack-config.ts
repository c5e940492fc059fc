import type { NovaHands } from '@landfall/api'
import { z } from 'zod'
import type { CloudChoice } from '../cloud/open-nova.ts'
import type { ConfigText } from './problem/config-problem.ts'
import { configProblem } from './problem/config-problem.ts'
import { describedKeys } from './described-keys.ts'

/** Which of Nova's migrations a service steers; the others it observes. */
export interface SteeredByConfig {
  readonly everywhere: boolean
  /** Hosts of this file, which a migration leaves. */
  readonly hosts: readonly string[]
  /** By ID. */
  readonly projects: readonly string[]
  /** By ID. */
  readonly instances: readonly string[]
}

/** `[openstack]` of the configuration file. */
export interface OpenStackConfig extends CloudChoice {
  readonly steered: SteeredByConfig
}

export const openStackSchema = z.strictObject({
  cloud: z.string().min(1).optional().describe('Of clouds.yaml; unless set, as openstacksdk chooses it'),
  clouds_file: z.string().min(1).optional().describe('In place of the clouds.yaml that is looked for'),
  steer: z.boolean().default(false).describe("Whether Nova's migrations are steered; else they are only observed"),
  steer_hosts: z.array(z.string()).default([]).describe('Steer those that leave these hosts'),
  steer_projects: z.array(z.string()).default([]).describe('Steer those of instances of these projects (IDs)'),
  steer_instances: z.array(z.string()).default([]).describe('Steer those of these instances (IDs)'),
})

/** Every key, with what the manual says of it. */
export const openStackKeys = describedKeys(openStackSchema)

/**
 * @param hosts names of the hosts of that file
 * @throws LandfallError `bad-config`
 */
export function readOpenStackConfig(
  table: z.output<typeof openStackSchema>,
  hosts: readonly string[],
  file: ConfigText,
): OpenStackConfig {
  const unknown = table.steer_hosts.find((name) => !hosts.includes(name))
  if (unknown !== undefined) {
    const what = `"${unknown}" is not a host of this file`
    throw configProblem(file, ['openstack', 'steer_hosts'], what, `The hosts are: ${hosts.join(', ')}`)
  }
  return {
    cloud: table.cloud ?? null,
    cloudsFile: table.clouds_file ?? null,
    steered: {
      everywhere: table.steer,
      hosts: table.steer_hosts,
      projects: table.steer_projects,
      instances: table.steer_instances,
    },
  }
}

/** Whether a migration of Nova's is steered, and by what; else it is observed. */
export function isSteered(
  { everywhere, hosts, projects, instances }: SteeredByConfig,
  migration: { readonly source: string; readonly project: string | null; readonly instance: string },
): boolean {
  return (
    everywhere ||
    hosts.includes(migration.source) ||
    (migration.project !== null && projects.includes(migration.project)) ||
    instances.includes(migration.instance)
  )
}

/** What is done with the migrations that Nova starts on a host. */
export function handsAt({ everywhere, hosts, projects, instances }: SteeredByConfig, host: string): NovaHands {
  if (everywhere || hosts.includes(host)) return 'steered'
  return projects.length + instances.length > 0 ? 'some' : 'observed'
}
