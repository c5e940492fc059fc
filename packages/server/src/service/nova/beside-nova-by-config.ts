import type { Instance } from '@landfall/api'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { OpenNova } from '../../cloud/nova.ts'
import type { OpenStackConfig } from '../../config/openstack-config.ts'
import { isSteered } from '../../config/openstack-config.ts'
import type { Landfall } from '../../landfall.ts'
import { measureBeforeCopies } from './before-copies.ts'
import { besideNova } from './beside-nova.ts'

export interface ByConfigOptions {
  readonly openStack: OpenStackConfig
  readonly landfall: Pick<Landfall, 'novasMigrating' | 'watch' | 'measureBefore'>
  readonly nova: OpenNova
  readonly clock: Clock
  readonly log: Logger
}

/** Steers those of Nova's migrations that the configuration names, and observes the others. */
export async function besideNovaByConfig(options: ByConfigOptions, stopped: AbortSignal): Promise<void> {
  const { openStack, landfall, nova, clock, log } = options
  const { steered } = openStack
  const projectOf = async (uuid: string): Promise<string | null> =>
    steered.projects.length === 0 ? null : ((await (await nova()).server(uuid))?.projectId ?? null)
  const isSteeredHere = async ({ uuid, host }: Instance): Promise<boolean> =>
    isSteered(steered, { source: host, project: await projectOf(uuid), instance: uuid })
  const beside = besideNova(
    {
      migrating: () => landfall.novasMigrating(),
      watch: (guest, how) => landfall.watch(guest, how),
      isSteered: isSteeredHere,
      clock,
      onFound: ({ id, guest, role }) =>
        log.info({ migration: id, guest }, role.hands === 'on' ? "Nova's: steered" : "Nova's: observed"),
      onFailed: (guest, error) => log.error({ guest, err: error }, "Nova's migration of it is left alone"),
    },
    stopped,
  )
  const { everywhere, hosts, projects, instances } = steered
  // Of those that are only observed nothing is asked of libvirt.
  const measures = everywhere || hosts.length + projects.length + instances.length > 0
  if (measures)
    await measureBeforeCopies(
      {
        changed: async (since) => (await nova()).liveSince(since),
        measure: (uuid) => landfall.measureBefore(uuid, isSteeredHere),
        clock,
        onFailed: (guest, error) => log.warn({ guest, err: error }, 'not measured before its move'),
      },
      stopped,
    )
  await beside
}
