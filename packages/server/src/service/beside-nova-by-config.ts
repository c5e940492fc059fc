import type { Instance } from '@landfall/api'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { OpenNova } from '../cloud/nova.ts'
import type { OpenStackConfig } from '../config/openstack-config.ts'
import { isSteered } from '../config/openstack-config.ts'
import type { Landfall } from '../landfall.ts'
import { besideNova } from './beside-nova.ts'

export interface ByConfigOptions {
  readonly openStack: OpenStackConfig
  readonly landfall: Pick<Landfall, 'novasMigrating' | 'watch'>
  readonly nova: OpenNova
  readonly clock: Clock
  readonly log: Logger
}

/** Steers those of Nova's migrations that the configuration names, and observes the others. */
export function besideNovaByConfig(options: ByConfigOptions, stopped: AbortSignal): Promise<void> {
  const { openStack, landfall, nova, clock, log } = options
  const { steered } = openStack
  const projectOf = async (uuid: string): Promise<string | null> =>
    steered.projects.length === 0 ? null : ((await (await nova()).server(uuid))?.projectId ?? null)
  return besideNova(
    {
      migrating: () => landfall.novasMigrating(),
      watch: (guest, how) => landfall.watch(guest, how),
      isSteered: async ({ uuid, host }: Instance) =>
        isSteered(steered, { source: host, project: await projectOf(uuid), instance: uuid }),
      clock,
      onFound: ({ id, guest, role }) =>
        log.info({ migration: id, guest }, role.hands === 'on' ? "Nova's: steered" : "Nova's: observed"),
      onFailed: (guest, error) => log.error({ guest, err: error }, "Nova's migration of it is left alone"),
    },
    stopped,
  )
}
