import type { Domain } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import { adoption } from '@landfall/nova'
import type { Server } from '@landfall/openstack'
import { novaFor } from '../../../cloud/open-nova.ts'
import { serverError } from '../../../errors.ts'
import { isNovas } from '../../../guests/novas-instance.ts'
import type { HostSession } from '../../../hosts/host-session.ts'
import type { RunContext } from '../context.ts'

/** A running job of libvirt's that Nova says is its own. */
export interface NovasJob {
  readonly migration: number
  readonly instance: Server
}

/** Nova's record and libvirt's job do not change at the same moment. */
const patienceMs = 15_000
const pollMs = 500

/**
 * Whose the job is that takes a guest out of a host: Nova's, by its record; null for a guest that is no instance of Nova's.
 *
 * @throws LandfallError `no-agreement` where Nova's record says otherwise: such a job is left alone; `nova-not-configured`,
 *   `nova-unreachable` where nobody can tell
 */
export async function novasJob(
  { nova: open, clock }: Pick<RunContext, 'nova' | 'clock'>,
  domain: Domain,
  source: HostSession,
): Promise<NovasJob | null> {
  if (!isNovas(readDomainXml(await domain.getXMLDesc()))) return null
  const nova = await novaFor(domain.name, open)
  const { fields } = await domain.getJobStats()
  const beganAt = clock.now() - (fields.timeElapsedMs ?? 0)
  const hostname = await (await source.connection()).getHostname()
  const deadline = clock.now() + patienceMs
  for (;;) {
    const [record, instance] = await Promise.all([nova.newestMigration(domain.uuid), nova.server(domain.uuid)])
    const shown = record === null ? null : { ...record, status: record.statusAsSent }
    const verdict = adoption(shown, { hostname, beganAt })
    if (verdict.adopt && instance !== null) return { migration: verdict.migration, instance }
    const why = verdict.adopt ? 'Nova does not know the instance' : verdict.why
    if (verdict.adopt || !verdict.mayChange || clock.now() >= deadline) {
      throw serverError(
        'no-agreement',
        `${domain.name} is being moved from ${source.host.name}, and not as Nova has it: ${why}`,
        'It is not steered. Follow it, and find out who moves it',
      )
    }
    await clock.sleep(pollMs)
  }
}
