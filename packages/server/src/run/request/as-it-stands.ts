import type { MigrationUnderWay, NumberedUpdate } from '@landfall/api'
import { kept } from '../../store/story/kept-samples.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { nextTryAt } from '../../store/story/story.ts'
import type { StoredRequest } from '../../store/stored-request.ts'
import type { ActiveMigration } from './active-migrations.ts'

/** A migration of this process, as what it has told says; null once it has ended. Pure. */
export function standOf(active: ActiveMigration): MigrationUnderWay | null {
  const { id, guest, log, running, status, source, destination } = active
  if (status === 'ended') return null
  const told = log.kept
  const [planned, failed] = [latest(told, 'planned'), latest(told, 'try-failed')]
  const behindFailed = <Told extends NumberedUpdate>(each: Told | null): Told | null =>
    each !== null && each.number > (failed?.number ?? 0) ? each : null
  // Those of an earlier try say nothing of the next.
  const [sampled, waiting] = [behindFailed(latest(told, 'sample')), behindFailed(latest(told, 'waiting'))]
  const step = behindFailed(latest(told, 'step')) ?? failed
  const plan = planned?.update.migration.plan
  return {
    id,
    guest,
    source: running?.source ?? planned?.update.migration.source ?? source,
    destination: running?.destination ?? destination,
    status,
    driver: 'here',
    role: running?.role ?? null,
    plan: plan === undefined ? null : { verdict: plan.verdict, strategy: plan.strategy, reason: plan.reason },
    waitingFor:
      status !== 'queued' || waiting === null
        ? null
        : { source: waiting.update.source, guests: waiting.update.guests, most: waiting.update.most },
    step: step === null || step.number < (sampled?.number ?? 0) ? null : step.update.message,
    sample: sampled === null ? null : kept(sampled.update.sample, sampled.update.at),
    outlook: sampled?.update.outlook ?? null,
    lastUpdate: told.at(-1)?.number ?? 0,
  }
}

type UpdateKind = NumberedUpdate['update']['kind']
type NumberedOf<Kind extends UpdateKind> = NumberedUpdate & {
  readonly update: Extract<NumberedUpdate['update'], { readonly kind: Kind }>
}

function latest<Kind extends UpdateKind>(told: readonly NumberedUpdate[], kind: Kind): NumberedOf<Kind> | null {
  return told.findLast((each): each is NumberedOf<Kind> => each.update.kind === kind) ?? null
}

const nothingTold = { role: null, waitingFor: null, step: null, sample: null, outlook: null, lastUpdate: 0 } as const

/** One that another process has, or nobody: as far as what is written tells. Pure. */
export function standElsewhere(story: MigrationStory, isDriven: boolean): MigrationUnderWay {
  const { record, launched, lastSample } = story
  const { verdict, strategy, reason } = record.plan
  return {
    ...nothingTold,
    id: record.id,
    guest: record.guest.name,
    source: record.source,
    destination: record.destination,
    status: nextTryAt(story) !== null ? 'queued' : launched ? writtenStatus(story) : 'preparing',
    driver: isDriven ? 'elsewhere' : 'nobody',
    plan: { verdict, strategy, reason },
    sample: lastSample,
  }
}

function writtenStatus({ record, state }: MigrationStory): MigrationUnderWay['status'] {
  if (record.cold !== undefined) return 'cold'
  switch (state?.stage.name) {
    case undefined:
      return 'preparing'
    case 'copying':
    case 'aborting':
    case 'ended':
      return 'copying'
    case 'switching-over':
      return 'switching'
    case 'post-copy-asked':
    case 'post-copy':
      return 'post-copy'
  }
}

/** One that another process was asked for and has not begun. Pure. */
export function askedElsewhere({ id, request }: StoredRequest): MigrationUnderWay {
  return {
    ...nothingTold,
    id,
    guest: request.guest,
    source: null,
    destination: request.to,
    status: 'queued',
    driver: 'elsewhere',
    plan: null,
  }
}
