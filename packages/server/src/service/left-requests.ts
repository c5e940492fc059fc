import type { MigrationHandle } from '@landfall/api'
import { LandfallError } from '@landfall/core'
import type { Clock } from '../clock.ts'
import type { DriverIdentity } from '../store/driver-identity.ts'
import type { Store } from '../store/store.ts'
import type { StoredRequest } from '../store/stored-request.ts'

export interface LeftRequestsOptions {
  readonly store: Pick<Store, 'requests' | 'read'>
  readonly own: DriverIdentity
  readonly clock: Clock
  readonly again: (request: StoredRequest) => Promise<MigrationHandle>
  readonly onAgain: (request: StoredRequest) => void
  /** One that cannot be begun now; it is tried again. */
  readonly onWaiting: (request: StoredRequest, error: unknown) => void
  /** One that cannot be begun any more: its guest is gone, or is under way otherwise. */
  readonly onDropped: (request: StoredRequest, error: unknown) => void
  /** The store does not tell what was left. */
  readonly onFailed: (error: unknown) => void
}

/** As the migrations of a driver that died. */
const everyMs = 2000
/** What may be otherwise in a moment: it is tried again for as long as this process lives. */
const passing: readonly string[] = ['host-unreachable', 'store-unusable']

/**
 * Begins what was asked of a service that died before it had begun, at the start and from then on; nothing of these was asked of any
 * host. What had begun by then is a migration like any other, and is taken over as one.
 */
export async function beginLeftRequests(options: LeftRequestsOptions, stopped: AbortSignal): Promise<void> {
  const { store, own, clock, onFailed } = options
  let waiting: readonly StoredRequest[] = []
  const told = new Map<string, string>()
  while (!stopped.aborted) {
    try {
      const claimed: StoredRequest[] = []
      for (const left of await store.requests.left())
        if (await store.requests.claim(left.id, own)) claimed.push({ ...left, holder: own })
      const still: StoredRequest[] = []
      for (const request of [...waiting, ...claimed])
        if ((await beginOne(options, request, told)) === 'waiting') still.push(request)
      waiting = still
    } catch (error) {
      onFailed(error)
    }
    await clock.sleep(everyMs, stopped)
  }
}

async function beginOne(
  { store, own, again, onAgain, onWaiting, onDropped }: LeftRequestsOptions,
  request: StoredRequest,
  told: Map<string, string>,
): Promise<'over' | 'waiting'> {
  const { id } = request
  try {
    if ((await store.read(id)) !== null) {
      await store.requests.drop(id, own)
      return 'over'
    }
    await again(request)
    onAgain(request)
    return 'over'
  } catch (error) {
    if (error instanceof LandfallError && passing.includes(error.code)) {
      if (told.get(id) !== error.message) onWaiting(request, error)
      told.set(id, error.message)
      return 'waiting'
    }
    onDropped(request, error)
    await store.requests.drop(id, own)
    return 'over'
  }
}
