import type { FoundMigration, Instance, WatchOptions } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { Clock } from '../../clock.ts'
import { systemClock } from '../../clock.ts'

export interface BesideNovaOptions {
  /** Nova's instances that are on their way just now. */
  readonly migrating: () => Promise<readonly Instance[]>
  readonly watch: (guest: string, options: WatchOptions) => Promise<FoundMigration>
  /** Whether that one is steered; else it is observed. */
  readonly isSteered: (instance: Instance) => Promise<boolean>
  readonly wanted?: WatchOptions['wanted']
  readonly clock?: Clock
  readonly onFound: (migration: FoundMigration) => void
  /** Told once for each migration, however often it is tried. */
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
  let known: ReadonlyMap<string, Known> = new Map()
  const takeUp = async ({ uuid, name, ...rest }: Instance, before: Known | undefined): Promise<Known> => {
    if (before?.done === true) return before
    try {
      const steer = await isSteered({ uuid, name, ...rest })
      onFound(await watch(uuid, { steer, ...(wanted === undefined ? {} : { wanted }) }))
      return { done: true, failed: null }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (before?.failed !== why) onFailed(name, error)
      return { done: isFinal(error), failed: why }
    }
  }
  while (!stopped.aborted) {
    const found = await migrating().catch((error: unknown) => {
      onFailed('all', error)
      return []
    })
    const next = await Promise.all(
      found.map(async (each) => [each.uuid, await takeUp(each, known.get(each.uuid))] as const),
    )
    known = new Map(next)
    await clock.sleep(everyMs, stopped)
  }
}

interface Known {
  readonly done: boolean
  readonly failed: string | null
}

/** A job that Nova's record does not agree with is not asked about again and again; what did not answer is. */
const isFinal = (error: unknown): boolean => error instanceof LandfallError && error.code === 'no-agreement'
