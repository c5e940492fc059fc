import type { MigrationPlan } from '@landfall/api'
import type { Intent, TryFailure } from '@landfall/core'
import { viewOf } from '../../../guests/host-view.ts'
import { hostNamed } from '../../../guests/find-guest.ts'
import { planMigration } from '../../../plan/plan-migration.ts'
import type { MigrationRecord } from '../../../store/story/record.ts'
import { lessonsAsked } from '../../../store/story/history.ts'
import type { MigrationStory } from '../../../store/story/story.ts'
import { throttleMayBeChanged } from '../../../store/story/story.ts'
import { failureOf } from '../../live/after-live-try.ts'
import { describe } from '../../live/settled.ts'
import type { RunContext } from '../context.ts'
import type { Place } from './place.ts'
import { placeOf } from './place.ts'

/** What comes of another try, before anything is asked of a host for it. */
export type NextTry =
  | { readonly kind: 'planned'; readonly migration: MigrationPlan; readonly record: MigrationRecord }
  /** It failed before it began; whether it may be tried again is another question. */
  | { readonly kind: 'failed'; readonly failure: TryFailure; readonly why: string }
  /** No try follows: the guest runs on its source as before. */
  | { readonly kind: 'over'; readonly why: string }
  /** No try follows: where the guest is has to be found out. */
  | { readonly kind: 'elsewhere'; readonly why: string }

export type PlanAgain = (context: RunContext, record: MigrationRecord, intent: Intent) => Promise<MigrationPlan>

/** Asks both hosts, plans by what is so now, and asks both again, for planning takes its time. Starts nothing. */
export async function nextTry(
  context: RunContext,
  story: MigrationStory,
  intent: Intent,
  planAgain: PlanAgain,
): Promise<NextTry> {
  const { record } = story
  const before = await placeNow(context, record)
  if (before.kind !== 'ready') return notReady(before)
  let migration: MigrationPlan
  try {
    migration = await planAgain(context, record, intent)
  } catch (error) {
    const failure = failureOf(error)
    const why = describe(error)
    return failure.kind === 'other' ? { kind: 'over', why } : { kind: 'failed', failure, why }
  }
  const { plan, source, keptThere } = migration
  if (plan.verdict === 'refuse') return { kind: 'over', why: plan.reason.message }
  if (plan.strategy === 'cold') return { kind: 'over', why: 'it could only be moved cold by now' }
  if (source !== record.source) return { kind: 'elsewhere', why: `it is on ${source} by now` }
  if (keptThere !== null) return { kind: 'over', why: `${record.destination} keeps a definition of it by now` }
  const after = await placeNow(context, record)
  if (after.kind !== 'ready') return notReady(after)
  return { kind: 'planned', migration, record: recordAgain(story, migration) }
}

/** Where the guest is, as both hosts say. */
export async function placeNow(
  { sessions }: RunContext,
  { source, destination, guest }: MigrationRecord,
): Promise<Place> {
  const hosts = [hostNamed(sessions, source), hostNamed(sessions, destination)] as const
  const [here, there] = await Promise.all([viewOf(hosts[0], guest.uuid), viewOf(hosts[1], guest.uuid)])
  return placeOf(here, there)
}

function notReady(place: Exclude<Place, { kind: 'ready' }>): NextTry {
  const { why } = place
  switch (place.kind) {
    case 'silent':
      return { kind: 'failed', failure: { kind: 'host-silent' }, why }
    case 'occupied':
      return { kind: 'failed', failure: { kind: 'destination-occupied' }, why }
    case 'taken':
      return { kind: 'over', why }
    case 'elsewhere':
      return { kind: 'elsewhere', why }
  }
}

/** As one that follows on a migration that was left: what has to be put back is what was there before the first. */
function recordAgain(
  story: MigrationStory,
  { intent, facts, plan, disks = [], guest }: MigrationPlan,
): MigrationRecord {
  const { disks: _, ...record } = story.record
  return {
    ...record,
    persistent: guest.persistent,
    intent,
    facts,
    plan,
    ...(plan.launch.copyDisks === undefined ? {} : { disks }),
    ...(throttleMayBeChanged(story) ? { throttleLeft: true } : {}),
  }
}

/** By what both hosts say now; the migration itself is not among those that share the link. */
export const planByFacts =
  (onStep: (message: string) => void): PlanAgain =>
  ({ sessions, clock, store }, { id, guest, destination }, intent) =>
    planMigration(
      { guest: guest.uuid, to: destination, intent },
      {
        sessions,
        clock,
        past: () => store.lessons(lessonsAsked),
        underWay: async () => (await store.unended('driven')).filter(({ record }) => record.id !== id),
        onStep,
      },
    )
