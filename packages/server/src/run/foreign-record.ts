import type { Intent } from '@landfall/core'
import { defaultIntent, plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import type { HostSession } from '../hosts/host-session.ts'
import type { MigrationRecord } from '../store/record.ts'
import { migrationId } from './migration-id.ts'
import { factsOf } from '../plan/facts.ts'

/** A migration that Landfall did not start: what can be said of it without having measured anything. */
export async function foreignRecord(
  domain: Domain,
  source: HostSession,
  destination: HostSession,
  now: number,
): Promise<MigrationRecord> {
  const description = readDomainXml(await domain.getXMLDesc())
  const intent: Intent = defaultIntent
  const facts = await factsOf({
    connection: await source.connection(),
    domain,
    description,
    source: source.host,
    destination: destination.host,
    probe: { windows: [], obstacle: 'it is on its way already' },
    vcpuBusyShare: null,
    content: null,
    streams: null,
    downtimeLimitMs: await domain.migrateGetMaxDowntime(),
    persistent: await domain.isPersistent(),
    history: { coldTimes: {}, overheads: {}, passWindows: [] },
    localDisks: [],
    diskWritesWait: false,
  })
  return {
    id: migrationId(domain.name, new Date(now)),
    guest: { name: domain.name, uuid: domain.uuid },
    persistent: await domain.isPersistent(),
    source: source.host.name,
    destination: destination.host.name,
    intent,
    facts,
    plan: plan(intent, facts),
    previousDowntimeLimitMs: facts.defaultDowntimeLimitMs,
  }
}
