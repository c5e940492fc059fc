import type { Facts, Intent, Plan, Possible } from '@landfall/core'
import { plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { readDomainXml } from '@landfall/libvirt'
import type { HostSession } from '../../../hosts/host-session.ts'
import type { GuestForIntent } from '../../../intent/intent-for-guest.ts'
import { factsOf } from '../../../plan/facts.ts'
import type { ProbeResult } from '../../../plan/probe/windows-in-turn.ts'
import type { MigrationRecord } from '../../../store/story/record.ts'
import { migrationId } from '../../migration-id.ts'
import type { ArmedLaunch } from '../armed-launch.ts'

export interface FoundRecordOptions {
  readonly source: HostSession
  readonly destination: HostSession
  readonly now: number
  /** Null where it was not read: then nothing counts as armed. */
  readonly armed: ArmedLaunch | null
  readonly intentOf: (guest: GuestForIntent) => Intent
  /** What was measured before it began; what can be said without that where it was not. */
  readonly facts?: Facts | undefined
  /** What it wrote, measured while its move was being prepared; of one without `facts`. */
  readonly probe?: ProbeResult | undefined
}

/**
 * A migration that somebody else started: what can be said of it, and with what that launch armed, as far as it was read.
 * Nothing else may be planned with: a capability cannot be changed while a migration runs.
 */
export async function foundRecord(
  domain: Domain,
  { source, destination, now, armed, intentOf, facts: measured, probe }: FoundRecordOptions,
): Promise<MigrationRecord> {
  const description = readDomainXml(await domain.getXMLDesc())
  const intent = intentOf(description)
  const persistent = await domain.isPersistent()
  const unmeasured = {
    connection: await source.connection(),
    domain,
    description,
    source: source.host,
    destination: destination.host,
    probe: probe ?? { windows: [], obstacle: 'it is on its way already' },
    vcpuBusyShare: null,
    content: null,
    streams: null,
    kvmKind: 'unknown',
    downtimeLimitMs: await domain.migrateGetMaxDowntime(),
    persistent,
    history: { coldTimes: {}, overheads: {}, passWindows: [], experience: [] },
    localDisks: [],
  } as const
  // How it is carried was chosen by whoever launched it: what the hosts could have done besides is not planned with.
  const { streams: _notChosenHere, ...known } = measured ?? (await factsOf(unmeasured))
  const facts = {
    ...known,
    postCopy: armedOr(armed?.postCopy, 'post-copy'),
    throttle: armedOr(armed?.autoConverge !== undefined && armed.autoConverge !== null, 'auto-converge'),
    // It runs already.
    coldPossible: false,
  }
  return {
    id: migrationId(domain.name, new Date(now)),
    guest: { name: domain.name, uuid: domain.uuid },
    persistent,
    source: source.host.name,
    destination: destination.host.name,
    intent,
    facts,
    plan: asLaunched(plan(intent, facts), armed),
    previousDowntimeLimitMs: facts.defaultDowntimeLimitMs,
  }
}

const armedOr = (isArmed: boolean | undefined, what: string): Possible =>
  isArmed === true ? { possible: true } : { possible: false, why: `that launch did not arm ${what}` }

/** The plan is ours, the launch is not. */
function asLaunched(planned: Plan, armed: ArmedLaunch | null): Plan {
  const none: ArmedLaunch = {
    postCopy: false,
    autoConverge: null,
    parallelConnections: null,
    compression: null,
    bandwidthMiBps: null,
    tls: false,
  }
  return { ...planned, launch: { ...(armed ?? none), downtimeLimitMs: null } }
}
