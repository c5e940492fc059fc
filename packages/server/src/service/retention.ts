import type { ServerConfig } from '../config/server-config.ts'
import type { Clock } from '../clock.ts'
import type { Retention } from '../store/retention.ts'
import type { Store } from '../store/store.ts'

const everyMs = 6 * 3_600_000

/** Removes what is written of migrations longer than was configured, now and from time to time. */
export async function keepToRetention(
  store: Pick<Store, 'prune'>,
  kept: Pick<ServerConfig, 'keepDays' | 'keepReportsDays'>,
  clock: Clock,
  stopped: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  const retentions = retentionsOf(kept)
  if (retentions.length === 0) return
  while (!stopped.aborted) {
    for (const retention of retentions) await store.prune(retention, clock.now()).catch(onError)
    await clock.sleep(everyMs, stopped)
  }
}

/** Whole migrations first: of those nothing else has to be looked at. Pure. */
const retentionsOf = ({
  keepDays,
  keepReportsDays,
}: Pick<ServerConfig, 'keepDays' | 'keepReportsDays'>): readonly Retention[] => [
  ...(keepReportsDays === null ? [] : [{ longestDays: keepReportsDays, reports: 'removed' } as const]),
  ...(keepDays === null ? [] : [{ longestDays: keepDays, reports: 'kept' } as const]),
]
