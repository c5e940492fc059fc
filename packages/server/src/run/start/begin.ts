import type { KeptMark, MigrationPlan } from '@landfall/api'
import { initialState } from '@landfall/core'
import { hostNamed } from '../../guests/find-guest.ts'
import { assertNotNovas } from '../../guests/novas-instance.ts'
import type { IntentSource } from '../../intent/intent-source.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { beginStory, throttleMayBeChanged } from '../../store/story/story.ts'
import { assertVolumesReached } from '../cold/reachable-volumes.ts'
import { giveBack } from '../give-back.ts'
import { migrationId } from '../migration-id.ts'
import { isOfTheseHosts } from '../orphans.ts'
import type { OnUpdate } from '../progress.ts'
import type { RunningMigration } from '../running-migration.ts'
import { carry } from './carry.ts'
import type { PlanAgain } from './tries/next-try.ts'
import { carryTries } from './tries/carry-tries.ts'
import { confirm } from './confirm-guest.ts'
import type { RunContext } from './context.ts'
import { finish } from './finish.ts'
import { notDriven } from './not-driven.ts'
import { writtenStory } from './written-story.ts'

export interface BeginOptions {
  /** Its ID; a new one where absent. */
  readonly id?: string
  /** Of a cold migration: let go of the source's definition at once. */
  readonly confirm?: boolean
  /** Where what is wanted may change meanwhile. */
  readonly intentSource?: IntentSource | undefined
  /** How many may leave the source at a time; any number when absent. */
  readonly mostAtOnce?: number | undefined
  /** Whether it was kept as a request: where another holds that by now, it is not begun here. */
  readonly isKept?: boolean
  /** Says whether it may be moved, in place of the rule that an instance of Nova's may not: for one that is sent back to Nova's host. */
  readonly assertMayMove?: (() => Promise<void>) | undefined
  /** How a live one is planned again, should it be tried again; by what the hosts say where absent. */
  readonly planAgain?: PlanAgain | undefined
}

/**
 * Carries out a plan. The intention is on the disk before a host is asked for anything.
 *
 * @throws LandfallError `owned-by-nova`; `already-driven` while another process drives a migration of the guest; `moved-on` where
 *   one that was left unfinished took it elsewhere; `preflight` when the destination cannot open the volumes of a guest that is to be
 *   moved cold; `too-many-at-once` when another took the last place meanwhile.
 */
export async function begin(
  context: RunContext,
  migration: MigrationPlan,
  onUpdate: OnUpdate,
  options: BeginOptions,
): Promise<RunningMigration> {
  const { sessions, store, clock } = context
  const { guest, intent, facts, plan } = migration
  const say = (message: string): void => onUpdate({ kind: 'step', at: clock.now(), message })
  const before = await notDriven(store, guest, options.id)
  // What a driver that died left unfinished is finished first: its limit put back, its journal closed.
  if (before !== null && (await isOfTheseHosts(before.record, sessions))) {
    // It may take a minute, where a host is silent.
    say(`${before.record.id}, which its driver left unfinished, is ended first`)
    await finish(context, before, migration)
  }
  const destination = hostNamed(sessions, migration.destination)
  const domain = await hostNamed(sessions, migration.source).find(guest.uuid)
  const { assertMayMove } = options
  // Cold is never one of them: it would be shut down.
  if (domain !== null && (assertMayMove === undefined || plan.strategy === 'cold')) await assertNotNovas(domain)
  else await assertMayMove?.()
  if (plan.strategy === 'cold') {
    say(`${migration.destination} opens the volumes of ${guest.name}`)
    if (domain !== null) await assertVolumesReached(domain, destination)
  }
  const beganAt = clock.now()
  // libvirt does not carry that along.
  const autostart = plan.strategy !== 'cold' && guest.persistent && domain !== null && (await domain.getAutostart())
  const record = recordOf(migration, before, beganAt, { ...options, autostart })
  const driver = ownIdentity()
  const lease = await store.begin(record, beganAt, driver, options)
  try {
    if (migration.keptThere !== null && !migration.reverts) await supersede(context, migration.keptThere, record, say)
  } catch (error) {
    await giveBack(() => store.discard(lease))
    throw error
  }
  const carried = {
    story: writtenStory(store, lease, beginStory(record, beganAt, driver), say),
    role: { origin: 'launched', hands: 'on' },
    state: initialState(plan, intent, facts, beganAt),
    onUpdate,
    intentSource: options.intentSource,
  } as const
  if (plan.strategy === 'cold') return carry(context, carried)
  return carryTries(context, { ...carried, planAgain: options.planAgain })
}

function recordOf(
  { guest, source, destination, intent, facts, plan, disks = [], reverts, keptThere }: MigrationPlan,
  before: MigrationStory | null,
  beganAt: number,
  options: BeginOptions & { readonly autostart: boolean },
): MigrationRecord {
  return {
    id: options.id ?? migrationId(guest.name, new Date(beganAt)),
    guest: { name: guest.name, uuid: guest.uuid },
    persistent: guest.persistent,
    source,
    destination,
    intent,
    facts,
    plan,
    ...(plan.launch.copyDisks === undefined ? {} : { disks }),
    ...(plan.strategy === 'cold'
      ? { cold: { confirmAtOnce: options.confirm ?? false, revertOf: reverts ? keptThere : null } }
      : {}),
    previousDowntimeLimitMs: before?.record.previousDowntimeLimitMs ?? facts.defaultDowntimeLimitMs,
    ...(options.autostart ? { autostart: true } : {}),
    ...(before !== null && throttleMayBeChanged(before) ? { throttleLeft: true } : {}),
  }
}

/** A new migration supersedes what an earlier one left on its destination; the plan has said so. */
async function supersede(
  context: RunContext,
  { migration }: KeptMark,
  { guest, destination }: MigrationRecord,
  say: (message: string) => void,
): Promise<void> {
  await confirm(context, migration, guest.uuid, () => Promise.resolve())
  say(`the definition that ${destination} kept from before ${migration} is confirmed, and removed`)
}
