import type { Migration } from '@landfall/openstack'
import type { NovaApi } from '../../../cloud/nova.ts'
import { findGuest } from '../../../guests/find-guest.ts'
import type { RunContext } from '../../start/context.ts'
import { foundRecord } from '../../start/follow/found-record.ts'
import type { SteerFound } from '../../start/follow/found.ts'
import type { AboutMoved } from './landed-unsteered.ts'

interface Moved extends Pick<SteerFound, 'intentOf'> {
  readonly nova: Pick<NovaApi, 'hostOf'>
  readonly record: Migration
}

/** What can be said afterwards of a guest that Nova has moved by itself, and of which nothing was measured before. */
export async function aboutMoved(
  { sessions, clock }: Pick<RunContext, 'sessions' | 'clock'>,
  uuid: string,
  { nova, record, intentOf }: Moved,
): Promise<AboutMoved> {
  const asNova = async (name: string | null): Promise<string | null> => {
    for (const each of name === null ? [] : sessions) {
      const host = await each
        .connection()
        .then((connection) => connection.getHostname())
        .then((hostname) => nova.hostOf(hostname))
        .catch(() => null)
      if (host === name) return each.host.name
    }
    return name
  }
  const { domain, session } = await findGuest(sessions, uuid)
  const found = await foundRecord(domain, {
    source: session,
    destination: session,
    now: clock.now(),
    armed: null,
    intentOf,
  })
  const { guest, persistent, intent, facts, plan } = found
  const source = (await asNova(record.sourceHost)) ?? session.host.name
  return { guest: { ...guest, persistent }, source, intent, facts, plan, wasPredicted: false }
}
