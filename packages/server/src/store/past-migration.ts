import type { CurvePoint } from '@landfall/core'
import { carriedBy, predictedCurve } from '@landfall/core'
import { serverError } from '../errors.ts'
import type { Store } from './store.ts'
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

/**
 * The migration with that id, or the newest one of that guest.
 *
 * @throws LandfallError `no-migration`
 */
export async function findPastMigration(store: Store, idOrGuest: string): Promise<PastMigration> {
  const story = await store.endedOf(idOrGuest)
  if (story?.report === null || story === null) {
    throw serverError(
      'no-migration',
      `no migration that has ended is called "${idOrGuest}", nor is a guest of one`,
      'List them with "landfall report"',
    )
  }
  const { record, report, beganAt } = story
  const entries = await store.entries(record.id)
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
