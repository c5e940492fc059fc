import type { IntentWish, KeptMark, MigrationPlan, PlanRequest, PlanUpdate } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import { serverError } from '../../errors.ts'
import type { GuestForIntent } from '../../intent/intent-for-guest.ts'
import type { ReadIntent } from '../../intent/read-wanted.ts'
import { wishedIntent } from '../../intent/wished-intent.ts'
import { planMigration } from '../../plan/plan-migration.ts'
import type { AskingNova } from '../../store/stored-request.ts'
import { lessonsAsked } from '../../store/story/history.ts'
import { refusalReport } from '../live/live-report.ts'
import type { ActiveMigration } from './active-migrations.ts'
import { assertCarriedHere } from './elsewhere/carried-elsewhere.ts'
import type { BeginOptions } from '../start/begin.ts'
import { begin } from '../start/begin.ts'
import type { RunContext } from '../start/context.ts'
import { waitForPlace } from './wait-for-place.ts'

/** Keeps a migration that is planned from being launched, until whoever asked for it lets it go. */
export interface Hold {
  /** Told `true` when the plan is made and nothing but the launch is waited for; `false` while a plan that grew stale is made again. */
  readonly onReady: (isReady: boolean) => void
  readonly launch: Promise<void>
  /** Made of the same guest, destination and wishes: not made again while it is fresh. */
  readonly planned?: AgedPlan
}

/** A plan and when it was made. */
export interface AgedPlan extends MadePlan {
  readonly at: number
}

/**
 * A plan that waited longer is made again: the guest may do other things by now. What it had not foreseen the passes show; and
 * measuring again takes of a busy host what the copies of others need.
 */
const staleAfterMs = 300_000
/** A store that is away is asked again. */
const storeAgainMs = 2000

/** A request, read. */
export interface ReadRequest extends Pick<PlanRequest, 'guest' | 'to'> {
  readonly intent: ReadIntent
  readonly confirm: boolean
  /** `to` was not named by anybody: Nova's scheduler chooses, where the guest is Nova's. */
  readonly isToOpen?: boolean | undefined
  /** Whether it is kept in the store: whoever holds it there may begin it, and nobody else. */
  readonly isKept: boolean
  /** A process that died before it had begun was about to ask Nova for it, or had. */
  readonly askedNova?: AskingNova | undefined
  /** The definition that it goes back to. */
  readonly revertOf?: KeptMark
  /** See {@link BeginOptions}; of a request that is carried live or not at all. */
  readonly assertMayMove?: BeginOptions['assertMayMove']
  /** Keeps it from being launched; absent where nobody does. */
  readonly hold?: Hold
}

/** Whether guest and hosts can be taken to be as they were when it was made, and still so after a wait. */
export const isFresh = ({ at }: Pick<AgedPlan, 'at'>, now: number, waitMs = 0): boolean =>
  Math.abs(now - at) + waitMs <= staleAfterMs

/** A plan, and the guest as it was found: what is wanted of it may be asked again. */
export interface MadePlan {
  readonly migration: MigrationPlan
  readonly guest: GuestForIntent
}

/** @throws LandfallError see {@link planMigration} */
export async function makePlan(
  { sessions, clock, store }: RunContext,
  { guest, to, intent, revertOf }: Omit<ReadRequest, 'confirm' | 'isKept'>,
  onUpdate: (update: PlanUpdate) => void,
  changes: readonly IntentWish[] = [],
): Promise<MadePlan> {
  let seen: GuestForIntent | null = null
  const migration = await planMigration(
    {
      guest,
      to,
      intent: (found) => {
        seen = found
        const told = intent.intentOf(found, ({ options }) => onUpdate({ kind: 'obeyed', at: clock.now(), options }))
        return changes.reduce(wishedIntent, told)
      },
      ...(revertOf === undefined ? {} : { revertOf }),
    },
    {
      sessions,
      clock,
      past: () => store.lessons(lessonsAsked),
      underWay: () => store.unended('driven'),
      onStep: (message) => onUpdate({ kind: 'step', at: clock.now(), message }),
    },
  )
  return { migration, guest: seen ?? { ...migration.guest, ...migration.facts, metadata: [] } }
}

/**
 * Carries a request to its end: waits for its turn, plans, and begins; all of it again where another took the last place
 * meanwhile, for a plan does not hold for long.
 *
 * @throws LandfallError what kept it from being begun; `withdrawn` where an abort was asked for before
 */
export async function carryRequest(context: RunContext, request: ReadRequest, active: ActiveMigration): Promise<void> {
  const { clock } = context
  const { log } = active
  for (const finding of request.intent.findings) log.tell({ kind: 'config-finding', at: clock.now(), finding })
  const wanted: Wanted = { changes: [], planned: request.hold?.planned }
  for (;;) {
    try {
      if ((await planAndBegin(context, request, active, wanted)) === 'over') return
    } catch (error) {
      if (!(error instanceof LandfallError)) throw error
      if (error.code === 'store-unusable' && request.isKept) {
        // It was accepted, and nobody but this process may know of it now.
        log.tell({ kind: 'step', at: clock.now(), message: `${error.message}; begun once it can be written` })
        await clock.sleep(storeAgainMs)
      } else if (error.code !== 'too-many-at-once') throw error
    }
  }
}

interface Wanted {
  /** What was asked for since it was accepted. */
  changes: readonly IntentWish[]
  /** By whoever holds it: good for the first launch alone. */
  planned: AgedPlan | undefined
}

async function planAndBegin(
  context: RunContext,
  request: ReadRequest,
  active: ActiveMigration,
  wanted: Wanted,
): Promise<'over' | 'again'> {
  const { clock } = context
  const { log } = active
  const most = request.intent.mostAtOnce
  active.stage = 'queued'
  if (most !== null) {
    await waitForPlace(context, request.guest, most.count, {
      assertWanted: () => assertWanted(active),
      onWait: (source, guests) => log.tell({ kind: 'waiting', at: clock.now(), source, guests, most }),
    })
  }
  assertWanted(active)
  active.stage = 'planning'
  wanted.changes = [...wanted.changes, ...active.takeChanges()]
  const { planned, changes } = wanted
  wanted.planned = undefined
  const made =
    planned !== undefined && changes.length === 0 && isFresh(planned, clock.now())
      ? planned
      : { ...(await makePlan(context, request, (update) => log.tell(update), changes)), at: clock.now() }
  const { migration, guest } = made
  assertWanted(active)
  if (request.isKept) await assertCarriedHere(context, active.id)
  log.tell({ kind: 'planned', at: clock.now(), migration })
  if (migration.plan.verdict === 'refuse') {
    const { source, destination, plan } = migration
    const report = refusalReport(migration.guest.name, source, destination, plan, clock.now())
    log.tell({ kind: 'refused', at: clock.now(), report })
    return 'over'
  }
  if (request.hold !== undefined) {
    const staleInMs = made.at + staleAfterMs - clock.now()
    const isLaunched = await untilLaunch(request.hold, active, (signal) => clock.sleep(staleInMs, signal))
    if (!isLaunched || !isFresh(made, clock.now())) return 'again'
  }
  await tellBeforeLaunch(context, active, migration)
  const running = await begin(context, migration, (update) => active.tell(update), {
    id: active.id,
    confirm: request.confirm,
    intentSource: request.intent.follow(guest),
    mostAtOnce: most?.count,
    isKept: request.isKept,
    assertMayMove: request.assertMayMove,
  })
  await active.run(running, () => clock.now())
  return 'over'
}

/**
 * Says that everything before its launch is done, and waits for that. False where its plan grew stale first: it is then not ready any
 * more, since whoever holds it gives it the link when it launches, which would wait while the guest is measured.
 *
 * @throws LandfallError `withdrawn` as soon as an abort is asked for
 */
export async function untilLaunch(
  { onReady, launch }: Hold,
  active: ActiveMigration,
  untilStale: (signal: AbortSignal) => Promise<void> = () => new Promise(() => undefined),
): Promise<boolean> {
  onReady(true)
  const over = new AbortController()
  const isLaunched = await Promise.race([
    launch.then(() => true),
    active.aborted.then(() => true),
    untilStale(over.signal).then(() => false),
  ]).finally(() => over.abort())
  assertWanted(active)
  if (!isLaunched) onReady(false)
  return isLaunched
}

/**
 * Others are told that it is about to be launched, and have so long for it as is configured.
 *
 * @throws LandfallError `withdrawn` where an abort was asked for meanwhile
 */
export async function tellBeforeLaunch(
  { beforeLaunch }: Pick<RunContext, 'beforeLaunch'>,
  active: ActiveMigration,
  migration: MigrationPlan,
): Promise<void> {
  await beforeLaunch(active.id, migration)
  assertWanted(active)
}

/** @throws LandfallError `withdrawn` */
export function assertWanted({ guest, abort }: ActiveMigration): void {
  if (abort === null) return
  throw serverError('withdrawn', `${guest}: ${abort.why}; nothing was started`, 'Ask for it again whenever you like')
}
