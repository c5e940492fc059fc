import type { MigrationStatus } from '@landfall/api'
import { readDomainXml } from '@landfall/libvirt'
import type { RunningDifference } from '@landfall/nova'
import { differencesWhileRunning } from '@landfall/nova'
import type { Migration, Server } from '@landfall/openstack'
import type { NovaApi } from '../../../cloud/nova.ts'
import { isOutgoing } from '../../../guests/migration-role.ts'
import { isNovas } from '../../../guests/novas-instance.ts'
import type { HostSession } from '../../../hosts/host-session.ts'
import type { NovasMigration } from '../../../store/story/record.ts'

/** A migration under way, as far as a look at Nova needs it. */
export interface AboutLook {
  readonly id: string
  /** The guest's. */
  readonly uuid: string
  readonly source: string | null
  readonly destination: string | null
  readonly status: Exclude<MigrationStatus, 'ended'>
  /** Nova's record of it; null where that is not known. */
  readonly nova: NovasMigration | null
}

export type CopyingJob = { readonly source: string; readonly destination: string | null }

/** Whether its definition says that Nova owns the guest; null where its host does not tell. */
export const isOfNova = async (
  sessions: readonly HostSession[],
  { uuid, source }: AboutLook,
): Promise<boolean | null> => {
  try {
    const domain = await sessions.find(({ host }) => host.name === source)?.find(uuid)
    return domain === null || domain === undefined ? null : isNovas(readDomainXml(await domain.getXMLDesc()))
  } catch {
    return null
  }
}

/** libvirt's job that takes it out of its source, by libvirt's names; null where there is none, or its host does not tell. */
export async function copyingJob(
  sessions: readonly HostSession[],
  { uuid, source, destination }: AboutLook,
): Promise<CopyingJob | null> {
  const [from, to] = [source, destination].map((name) => sessions.find(({ host }) => host.name === name))
  try {
    const domain = (await from?.find(uuid)) ?? null
    if (from === undefined || domain === null || !isOutgoing(await domain.getJobStats())) return null
    return { source: await nameOf(from), destination: to === undefined ? null : await nameOf(to).catch(() => null) }
  } catch {
    return null
  }
}

const nameOf = async (session: HostSession): Promise<string> => (await session.connection()).getHostname()

export interface Asked {
  readonly record: Migration | null
  readonly instance: Server | null
}

/** Nova's newest record where it is of this migration: the one that is known, or one that has not ended, or what libvirt copies now. */
export function recordOf(nova: Pick<NovaApi, 'hasEnded'>, { record }: Asked, about: AboutLook): Migration | null {
  if (record === null) return null
  if (about.nova !== null) return record.id === about.nova.migration ? record : null
  return nova.hasEnded(record) ? null : record
}

/** What differs at this look. Nothing while libvirt copies nothing: before and after it Nova has work of its own. */
export function differencesNow(
  nova: Pick<NovaApi, 'hasEnded'>,
  about: AboutLook,
  { record, instance }: Asked,
  job: CopyingJob | null,
  monitorSilentMs: number | null,
): readonly RunningDifference[] {
  if (job === null) return []
  return differencesWhileRunning({
    id: about.uuid,
    instance,
    record:
      record === null
        ? null
        : {
            id: record.id,
            status: record.statusAsSent,
            hasEnded: nova.hasEnded(record),
            destinationNode: record.destinationNode,
          },
    job: { ...job, isPostCopy: about.status === 'post-copy' },
    monitorSilentMs,
  })
}
