import type { PastMigration } from '@landfall/api'
import { advise } from '@landfall/core'
import { serverError } from '../../errors.ts'
import type { Store } from '../store.ts'
import { curveOf, samplesIn } from './so-far.ts'

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
      advise`List them with ${{ action: 'report', migration: null }}`,
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
    samples: samplesIn(entries),
    predicted: curveOf(record),
    guestSpeed: ended?.guestSpeed ?? [],
  }
}
