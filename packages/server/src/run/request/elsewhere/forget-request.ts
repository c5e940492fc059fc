import { ownIdentity } from '../../../store/driver-identity.ts'
import type { RunContext } from '../../start/context.ts'
import type { ActiveMigration } from '../active-migrations.ts'

/** How soon a store is asked again that was away. */
const againMs = 1000

export interface ForgetOptions extends Pick<RunContext, 'store' | 'clock'> {
  /** It became no migration; told before it is forgotten. */
  readonly onOver: (active: ActiveMigration) => Promise<void>
  /** Aborted when this process lets go of everything. */
  readonly closing: AbortSignal
}

/**
 * A kept request that is over must be begun by nobody again: a store that is away is waited for. Nothing is over by this process's
 * own end; that is left to whoever finds it.
 */
export async function forgetRequest(
  { store, clock, onOver, closing }: ForgetOptions,
  active: ActiveMigration,
): Promise<void> {
  const { id, log } = active
  while (!closing.aborted) {
    try {
      if (!log.isLeft && (await store.read(id)) === null) await onOver(active)
      return await store.requests.drop(id, ownIdentity())
    } catch {
      await clock.sleep(againMs, closing)
    }
  }
}
