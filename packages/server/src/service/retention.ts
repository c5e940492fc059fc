import type { Clock } from '../clock.ts'
import type { Store } from '../store/store.ts'

const everyMs = 6 * 3_600_000

/** Removes what is written of migrations that ended so many days ago, now and from time to time; their reports stay. */
export async function keepToRetention(
  store: Pick<Store, 'prune'>,
  keepDays: number | null,
  clock: Clock,
  stopped: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  if (keepDays === null) return
  while (!stopped.aborted) {
    await store.prune({ longestDays: keepDays, reports: 'kept' }, clock.now()).catch(onError)
    await clock.sleep(everyMs, stopped)
  }
}
