import type { FoundMigration, Instance, WatchOptions } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { Clock } from '../../clock.ts'
import { systemClock } from '../../clock.ts'
import { KeptTrying } from '../recovery/kept-trying.ts'

export interface BesideNovaOptions {
  /** Nova's instances that are on their way just now. */
  readonly migrating: () => Promise<readonly Instance[]>
  readonly watch: (guest: string, options: WatchOptions) => Promise<FoundMigration>
  /** Whether that one is steered; else it is observed. */
  readonly isSteered: (instance: Instance) => Promise<boolean>
  readonly wanted?: WatchOptions['wanted']
  readonly clock?: Clock
  readonly onFound: (migration: FoundMigration) => void
  /** Told once for each migration, however often it is tried; of `all` where nothing could be seen, once for as long as it is the same. */
  readonly onFailed: (guest: string, error: unknown) => void
}

const everyMs = 1000

/**
 * Finds the live migrations that Nova starts, and steers or observes each to its end: what a service does beside Nova, and
 * `landfall steer` in the foreground.
 */
export async function besideNova(options: BesideNovaOptions, stopped: AbortSignal): Promise<void> {
  const { migrating, watch, isSteered, wanted, clock = systemClock, onFound, onFailed } = options
  /** Of those that are on their way: what is known of them. */
  const known = new Map<string, Known>()
  // One whose destination is prepared for a long time is waited for by itself, and keeps no other from being found.
  const takeUps = new KeptTrying(Infinity)
  const takeUp = async (instance: Instance, its: Known): Promise<void> => {
    const { uuid, name } = instance
    try {
      const steer = await isSteered(instance)
      onFound(await watch(uuid, { steer, ...(wanted === undefined ? {} : { wanted }) }))
      its.isDone = true
    } catch (error) {
      // What is let go of fails.
      if (stopped.aborted) return
      const why = error instanceof Error ? error.message : String(error)
      if (its.failed !== why) onFailed(name, error)
      its.failed = why
      its.isDone = isFinal(error)
    }
  }
  /** Why the look before failed; null where it did not. */
  let unseen: string | null = null
  while (!stopped.aborted) {
    const found = await migrating().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      if (why !== unseen) onFailed('all', error)
      unseen = why
      return null
    })
    // What was not seen may well go on: it is not taken for another one at the next look.
    if (found === null) {
      await clock.sleep(everyMs, stopped)
      continue
    }
    unseen = null
    for (const uuid of known.keys()) if (!found.some((each) => each.uuid === uuid)) known.delete(uuid)
    const wantedNow = found.flatMap((instance) => {
      const its = known.get(instance.uuid) ?? { isDone: false, failed: null }
      known.set(instance.uuid, its)
      return its.isDone ? [] : [[instance.uuid, () => takeUp(instance, its)] as const]
    })
    takeUps.want(new Map(wantedNow))
    await clock.sleep(everyMs, stopped)
  }
}

/** Of one migration; another of the same instance begins anew, also where the one before is still waited for. */
interface Known {
  isDone: boolean
  failed: string | null
}

/** A job that Nova's record does not agree with is not asked about again and again; what did not answer is. */
const isFinal = (error: unknown): boolean => error instanceof LandfallError && error.code === 'no-agreement'
