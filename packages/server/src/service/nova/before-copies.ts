import type { Migration } from '@landfall/openstack'
import type { Clock } from '../../clock.ts'
import { systemClock } from '../../clock.ts'

export interface BeforeCopiesOptions {
  /** Nova's live migrations that have changed since then. */
  readonly changed: (since: Date) => Promise<readonly Migration[]>
  /** Measures what that instance writes, where it is to be steered; over and over while it waits. */
  readonly measure: (uuid: string) => Promise<void>
  readonly clock?: Clock
  readonly onFailed: (uuid: string, error: unknown) => void
}

const everyMs = 2000
/** What waits in Nova's queue when this begins was asked for by then. */
const firstLookBackMs = 3_600_000
/** Clocks of a cloud are kept together, not to the second. */
const overlapMs = 30_000

const isToCome = ({ status }: Migration): boolean =>
  status === 'accepted' || status === 'queued' || status === 'preparing'

/** Has guests measured while Nova prepares their moves, so that the first pass meets a forecast. */
export async function measureBeforeCopies(options: BeforeCopiesOptions, stopped: AbortSignal): Promise<void> {
  const { changed, measure, clock = systemClock, onFailed } = options
  const toCome = new Map<number, string>()
  let since = clock.now() - firstLookBackMs
  let isSilent = false
  while (!stopped.aborted) {
    const now = clock.now()
    try {
      for (const record of await changed(new Date(since))) {
        if (isToCome(record)) toCome.set(record.id, record.serverId)
        else toCome.delete(record.id)
      }
      since = now - overlapMs
      isSilent = false
    } catch (error) {
      // Told once: what watches the migrations themselves tells it, too.
      if (!isSilent) onFailed('all', error)
      isSilent = true
    }
    for (const uuid of new Set(toCome.values())) void measure(uuid).catch((error: unknown) => onFailed(uuid, error))
    await clock.sleep(everyMs, stopped)
  }
}
