import type { MigrationHandle } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { DriverIdentity } from '../store/driver-identity.ts'
import type { Store } from '../store/store.ts'
import type { StoredRequest } from '../store/stored-request.ts'

export interface LeftRequestsOptions {
  readonly store: Pick<Store, 'requests' | 'read'>
  readonly isAlive: (holder: DriverIdentity) => boolean
  readonly again: (request: StoredRequest) => Promise<MigrationHandle>
  readonly onAgain: (request: StoredRequest) => void
  /** One that cannot be begun any more: its guest is gone, or is under way otherwise. */
  readonly onDropped: (request: StoredRequest, error: unknown) => void
}

/**
 * Begins what was asked of a service that died before it had begun; nothing of these was asked of any host. What had begun by then
 * is a migration like any other, and is taken over as one.
 */
export async function beginLeftRequests(options: LeftRequestsOptions): Promise<void> {
  const { store, isAlive, again, onAgain, onDropped } = options
  for (const left of await store.requests.list()) {
    if (isAlive(left.holder)) continue
    if ((await store.read(left.id)) !== null) {
      await store.requests.drop(left.id)
      continue
    }
    try {
      await again(left)
      onAgain(left)
    } catch (error) {
      onDropped(left, error)
      // A host that does not answer may do so at the next start.
      if (error instanceof LandfallError && error.code === 'host-unreachable') continue
      await store.requests.drop(left.id)
    }
  }
}
