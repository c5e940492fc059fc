import type { CurvePoint } from '@landfall/core'
import { carriedBy, predictedCurve } from '@landfall/core'
import { serverError } from '../errors.ts'
import type { MigrationStory } from './story.ts'
import type { JournalFolder } from './journal.ts'
import type { KeptSample } from './kept-samples.ts'
import type { GuestSpeed, MigrationReport } from './migration-report.ts'

/** A migration that has ended, with everything that a picture of it needs. Times are wall-clock milliseconds. */
export interface PastMigration {
  readonly report: MigrationReport
  readonly beganAt: number
  readonly memoryBytes: number
  /** The plan's reason. */
  readonly planned: string
  readonly samples: readonly KeptSample[]
  /** From the request on. */
  readonly predicted: readonly CurvePoint[]
  /** Empty where nobody watched the guest from outside. */
  readonly guestSpeed: readonly GuestSpeed[]
}

type Ended = MigrationStory & { readonly report: MigrationReport }

const hasEnded = (story: MigrationStory): story is Ended => story.report !== null

/** Every migration of this controller that has ended, newest first. */
export function listPastMigrations(journals: JournalFolder): readonly MigrationReport[] {
  return journals
    .list()
    .filter(hasEnded)
    .map(({ report }) => report)
    .toReversed()
}

/**
 * The migration with that id, or the newest one of that guest.
 *
 * @throws LandfallError `no-migration`
 */
export function findPastMigration(journals: JournalFolder, idOrGuest: string): PastMigration {
  const stories = journals.list().filter(hasEnded)
  const story =
    stories.find(({ record }) => record.id === idOrGuest) ??
    stories.findLast(({ record: { guest } }) => guest.name === idOrGuest || guest.uuid === idOrGuest)
  if (story === undefined) {
    throw serverError(
      'no-migration',
      `no migration that has ended is called "${idOrGuest}", nor is a guest of one`,
      'List them with "landfall report"',
    )
  }
  const { record, report, beganAt } = story
  const entries = journals.entries(record.id)
  const ended = entries.findLast((entry) => entry.kind === 'ended')
  return {
    report,
    beganAt,
    memoryBytes: record.facts.memoryBytes,
    planned: record.plan.reason.message,
    samples: entries.flatMap((entry) => (entry.kind === 'sample' ? [entry.sample] : [])),
    predicted: predictedCurve(record.intent, carriedBy(record.facts, record.plan.stream), record.plan.strategy),
    guestSpeed: ended?.guestSpeed ?? [],
  }
}
