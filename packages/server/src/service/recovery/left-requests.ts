import type { MigrationHandle } from '@landfall/api'
import { isPassingWithin } from '@landfall/api'
import type { Clock } from '../../clock.ts'
import type { DriverIdentity } from '../../store/driver-identity.ts'
import type { Store } from '../../store/store.ts'
import { isUnstarted } from '../../store/story/story.ts'
import type { StoredRequest } from '../../store/stored-request.ts'
import { KeptTrying } from './kept-trying.ts'

export interface LeftRequestsOptions {
  readonly store: Pick<Store, 'requests' | 'read' | 'isDriven'>
  readonly own: DriverIdentity
  readonly clock: Clock
  /** Whether this very process carries it: its lease has run out because the store was away, and not because it died. */
  readonly isCarriedHere: (id: string) => boolean
  readonly again: (request: StoredRequest) => Promise<MigrationHandle>
  readonly onAgain: (request: StoredRequest) => void
  /** One that cannot be begun now; it is tried again. */
  readonly onWaiting: (request: StoredRequest, error: unknown) => void
  /** One that cannot be begun any more: its guest is gone, or is under way otherwise. */
  readonly onDropped: (request: StoredRequest, error: unknown) => Promise<void>
  /** The store does not tell what was left. */
  readonly onFailed: (error: unknown) => void
}

/** As the migrations of a driver that died. */
const everyMs = 1000
const atOnce = 64

/**
 * Begins what was asked of a service that died before it had begun, at the start and from then on; nothing of these was asked of any
 * host, be it that their first entry was written. What was launched by then is a migration like any other, and is taken over as one.
 */
export async function beginLeftRequests(options: LeftRequestsOptions, stopped: AbortSignal): Promise<void> {
  const { store, own, clock, isCarriedHere, onFailed } = options
  const trying = new KeptTrying(atOnce)
  const open = new Map<string, StoredRequest>()
  const told = new Map<string, string>()
  const tryOne = async (request: StoredRequest): Promise<void> => {
    if (stopped.aborted) return
    try {
      if ((await beginOne(options, request, told)) !== 'over') return
      open.delete(request.id)
      told.delete(request.id)
    } catch (error) {
      onFailed(error)
    }
  }
  while (!stopped.aborted) {
    try {
      for (const { id } of await store.requests.left()) {
        const claimed = await store.requests.claim(id, own)
        if (claimed !== null && !isCarriedHere(id)) open.set(id, claimed)
      }
    } catch (error) {
      onFailed(error)
    }
    trying.want(new Map([...open].map(([id, request]) => [id, () => tryOne(request)])))
    await clock.sleep(everyMs, stopped)
  }
  await trying.idle()
}

async function beginOne(
  { store, own, again, onAgain, onWaiting, onDropped }: LeftRequestsOptions,
  request: StoredRequest,
  told: Map<string, string>,
): Promise<'over' | 'waiting'> {
  const { id } = request
  try {
    const story = await store.read(id)
    if (story !== null && !isUnstarted(story)) {
      await store.requests.drop(id, own)
      return 'over'
    }
    // The lease of its first entry lasts a moment longer than that of the request.
    if (story !== null && (await store.isDriven(id))) return 'waiting'
    await again(request)
    onAgain(request)
    return 'over'
  } catch (error) {
    // It is tried again for as long as this process lives.
    if (isPassingWithin(error)) {
      if (told.get(id) !== error.message) onWaiting(request, error)
      told.set(id, error.message)
      return 'waiting'
    }
    // What was found out here says nothing of one that another server has by now, or has ended: that one tells.
    if (!(await store.requests.renew(id, own))) return 'over'
    await onDropped(request, error)
    await store.requests.drop(id, own)
    return 'over'
  }
}
