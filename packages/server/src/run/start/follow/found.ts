import type { Facts, Intent, SteerState } from '@landfall/core'
import { adopt, defaultIntent, initialState } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { serverError } from '../../../errors.ts'
import type { Clock } from '../../../clock.ts'
import type { HostSession } from '../../../hosts/host-session.ts'
import type { GuestForIntent } from '../../../intent/intent-for-guest.ts'
import type { ProbeResult } from '../../../plan/probe/windows-in-turn.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import type { MigrationRecord, NovasMigration } from '../../../store/story/record.ts'
import type { MigrationStory } from '../../../store/story/story.ts'
import { beginStory } from '../../../store/story/story.ts'
import type { OnUpdate } from '../../progress.ts'
import type { RunningMigration } from '../../running-migration.ts'
import { withEnd } from '../../running-migration.ts'
import { RunningStory, writeNothing } from '../../running-story.ts'
import type { ArmedLaunch } from '../armed-launch.ts'
import { readArmedLaunch } from '../armed-launch.ts'
import { carry } from '../carry.ts'
import type { RunContext } from '../context.ts'
import { foundRecord } from './found-record.ts'
import { reportOfDriver } from './report-of-driver.ts'
import { writtenStory } from '../written-story.ts'

/** A migration that runs, where it was found. */
export interface Found {
  readonly domain: Domain
  readonly source: HostSession
  /** What is written of it here; null for one that somebody else started. */
  readonly story: MigrationStory | null
}

/** Follows a migration that somebody else steers: nothing is done and nothing is written. */
export async function follow(
  context: RunContext,
  { domain, source, story }: Found,
  onUpdate: OnUpdate,
): Promise<RunningMigration> {
  const { store } = context
  const known = story ?? (await storyOf(context, domain, source, null))
  const { record, beganAt } = known
  const running = carry(context, {
    story: new RunningStory(known, writeNothing, () => undefined),
    role: { origin: 'found', hands: 'off' },
    state: adopt(known.state ?? initialState(record.plan, record.intent, record.facts, beganAt)),
    onUpdate,
    // Of a store that does not answer nothing is concluded.
    driverLives: () => store.isDriven(record.id).catch(() => true),
  })
  let isOthers = story !== null
  const ended = running.ended.then(async (seen) => {
    const report = await reportOfDriver(context, record.id, seen)
    // Somebody else's may have been taken in hand by another of ours meanwhile.
    if (report !== seen) isOthers = true
    return report
  })
  return withEnd(running, ended, () => isOthers)
}

/** How one that somebody else launched is steered. */
export interface SteerFound {
  readonly intentOf: (guest: GuestForIntent) => Intent
  /** Where Nova carries it out. */
  readonly nova: NovasMigration | null
  /** What was measured before it began. */
  readonly facts?: Facts | undefined
  /** As little as that: what it wrote while its move was being prepared. */
  readonly probe?: ProbeResult | undefined
  /** Its ID; a new one where absent. */
  readonly id?: string
  /** Throws where it is not to be waited for any more, as long as nothing of it is sent. */
  readonly assertWanted?: () => void
  /** It was asked for by a request that is kept: whoever holds that may begin it, and nobody else. */
  readonly isKept?: boolean
}

/**
 * Steers a migration that somebody else launched, from here on and with what that launch armed. What is done is written, so that
 * it is undone whoever dies.
 *
 * @throws what reading the launch throws: nothing is steered by a guess
 */
export async function steerFound(
  context: RunContext,
  { domain, source }: Found,
  how: SteerFound,
  onUpdate: OnUpdate,
): Promise<RunningMigration> {
  const { store, clock } = context
  const begun = await storyOf(context, domain, source, how)
  const { record, beganAt, driver } = begun
  const say = (message: string): void => onUpdate({ kind: 'step', at: clock.now(), message })
  const lease = await store.begin(record, beganAt, driver, { isKept: how.isKept === true })
  const story = writtenStory(store, lease, begun, say)
  await story.tell({ at: clock.now(), kind: 'found' })
  return carry(context, {
    story,
    role: { origin: 'found', hands: 'on' },
    state: adopt(foundState(record, beganAt)),
    onUpdate,
  })
}

async function storyOf(
  { sessions, clock }: RunContext,
  domain: Domain,
  source: HostSession,
  how: SteerFound | null,
): Promise<MigrationStory> {
  const destination = await hostThatReceives({ sessions, clock }, domain.uuid, source)
  const armed = how === null ? null : await armedOnceItSends(domain, clock, how.assertWanted)
  const now = clock.now()
  const intentOf = how?.intentOf ?? ((): Intent => defaultIntent)
  const { facts, probe } = how ?? {}
  const found = await foundRecord(domain, { source, destination, now, armed, intentOf, facts, probe })
  const record = {
    ...found,
    id: how?.id ?? found.id,
    ...(how === null || how.nova === null ? {} : { nova: how.nova }),
  }
  const elapsedMs = (await domain.getJobStats()).fields.timeElapsedMs ?? 0
  return beginStory(record, now - elapsedMs, ownIdentity())
}

/**
 * libvirt arms its QEMU only after the destination has been prepared, which is seconds after the job began, or never where that
 * hangs: what stands there before anything is sent says nothing of this launch.
 */
async function armedOnceItSends(
  domain: Domain,
  clock: Clock,
  assertWanted: () => void = () => undefined,
): Promise<ArmedLaunch> {
  for (;;) {
    const { type, fields } = await domain.getJobStats()
    const isSending = (fields.memoryIteration ?? 0) > 0 || (fields.diskTotalBytes ?? 0) > 0
    if (isSending || type === 'none') return readArmedLaunch(domain)
    assertWanted()
    await clock.sleep(lookEveryMs)
  }
}

/** A throttle that was armed may not go further than is wanted, whoever armed it. */
function foundState({ plan, intent, facts }: MigrationRecord, beganAt: number): SteerState {
  const state = initialState(plan, intent, facts, beganAt)
  const { percent } = state.throttle
  if (percent === null) return state
  return {
    ...state,
    throttle: { ...state.throttle, percent: Math.min(percent, Math.max(1, intent.maxSlowdownPercent)) },
  }
}

/** A job is seen on its source before its destination has made the guest. */
const receivesWithinMs = 10_000
const lookEveryMs = 250

/** @throws LandfallError `unknown-host` where none of these receives it, or what kept one from being asked */
async function hostThatReceives(
  { sessions, clock }: Pick<RunContext, 'sessions' | 'clock'>,
  uuid: string,
  source: HostSession,
): Promise<HostSession> {
  for (const deadline = clock.now() + receivesWithinMs; ; await clock.sleep(lookEveryMs)) {
    let silent: unknown = null
    for (const session of sessions) {
      if (session === source) continue
      // A definition that some earlier move has left there is not what receives it.
      const isActive = await session
        .find(uuid)
        .then((found) => found?.isActive() ?? false)
        .catch((error: unknown) => {
          silent = error
          return false
        })
      if (isActive) return session
    }
    if (clock.now() < deadline) continue
    if (silent !== null) throw silent
    throw serverError(
      'unknown-host',
      `the migration from ${source.host.name} goes to a host that is not among yours`,
      'Add its destination to the hosts file, then watch again',
    )
  }
}
