import { isSameDriver, ownIdentity } from '../../../store/driver-identity.ts'
import { isLast } from '../../../store/elsewhere.ts'
import { carriedElsewhere } from '../../../store/stored-request.ts'
import type { RunContext } from '../../start/context.ts'
import type { ActiveMigration } from '../active-migrations.ts'
import { askElsewhere } from './ask-elsewhere.ts'

type Stored = Pick<RunContext, 'store'>

/** Whether another server has a request that was kept by this one, or what it became: a migration, or an end that it tells. A store that is away does not tell. */
async function isCarriedElsewhere({ store }: Stored, id: string): Promise<boolean> {
  const own = ownIdentity()
  try {
    const request = (await store.requests.list()).find((each) => each.id === id)
    if (request !== undefined) return !isSameDriver(request.holder, own)
    const story = await store.read(id)
    if (story !== null) return !isSameDriver(story.driver, own)
    return (await store.elsewhere.published(id, 0)).some((told) => 'problem' in told || isLast(told.update))
  } catch {
    return false
  }
}

/** @throws LandfallError `withdrawn` where another server carries it: what is found out here says nothing of that */
export async function assertCarriedHere(context: Stored, id: string): Promise<void> {
  if (await isCarriedElsewhere(context, id)) throw carriedElsewhere(id)
}

/**
 * Does the work of a request that is kept. Whoever was frozen or cut off meanwhile may find that another server carries it, or has:
 * that is no end of it. Who follows it here reads on what the other tells, and what was wished here is asked there.
 *
 * @throws what `work` throws, where the request is this server's still
 */
export async function orElsewhere(
  context: Pick<RunContext, 'store' | 'clock'>,
  active: ActiveMigration,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(await isCarriedElsewhere(context, active.id))) throw error
    active.log.leave()
    for (const wish of active.wishes) await askElsewhere(context, active.id, wish).catch(() => null)
  }
}
