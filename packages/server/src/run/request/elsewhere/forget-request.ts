import { ownIdentity } from '../../../store/driver-identity.ts'
import type { RunContext } from '../../start/context.ts'
import type { RequestKey } from '../../../store/stored-request.ts'
import type { ActiveMigration } from '../active-migrations.ts'

/** How soon a store is asked again that was away. */
const againMs = 1000

export interface ForgetOptions extends Pick<RunContext, 'store' | 'clock'> {
  /** It became no migration; told before it is forgotten. */
  readonly onOver: (active: ActiveMigration) => Promise<void>
  /** Aborted when this process lets go of everything. */
  readonly closing: AbortSignal
}

/** A request that was not begun is taken back with its key, and nobody is told that it is a migration: a store that is away is waited for. */
export async function takeBack(
  { store, clock, closing }: Omit<ForgetOptions, 'onOver'>,
  id: string,
  key: RequestKey | undefined,
): Promise<void> {
  const drop = (): Promise<void> => store.requests.drop(id, ownIdentity(), key)
  const inTheEnd = async (): Promise<void> => {
    while (!closing.aborted) {
      await clock.sleep(againMs, closing)
      try {
        return await drop()
      } catch {
        // It is still away.
      }
    }
  }
  // Whoever asked is not kept waiting for more than one try.
  await drop().catch(() => void inTheEnd())
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
