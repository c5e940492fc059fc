import { LandfallError } from '@landfall/core'
import type { Migration } from '@landfall/openstack'
import type { NovaApi } from '../../../cloud/nova.ts'
import { serverError } from '../../../errors.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import type { AskingNova } from '../../../store/stored-request.ts'
import { assertCarriedHere } from '../../request/elsewhere/carried-elsewhere.ts'
import type { RunContext } from '../../start/context.ts'

const againMs = 1000
/** Nova's record of what it accepted is there within that. */
const recordedMs = 15_000

export interface Waiting extends Pick<RunContext, 'clock'> {
  /** @throws what ends the waiting */
  readonly assertWanted: () => void
  readonly say: (message: string) => void
}

/**
 * Writes down that Nova is about to be asked, so that whoever goes on after this process asks for nothing twice. A store that is away
 * is waited for.
 *
 * @throws LandfallError `withdrawn` where another server carries the request by now: then Nova is not to be asked here
 */
export async function noteAsking(
  { store, clock, assertWanted, say }: Waiting & Pick<RunContext, 'store'>,
  id: string,
  asking: AskingNova,
): Promise<void> {
  const isOwn = await untilAnswered({ clock, assertWanted, say }, 'store-unusable', () =>
    store.requests.asking(id, ownIdentity(), asking),
  )
  if (isOwn) return
  await assertCarriedHere({ store }, id)
  throw serverError('withdrawn', `${id} is no request any more: nothing was asked of Nova`, 'Ask for it again')
}

/**
 * The live migration that Nova has of an instance since it was about to be asked for one; null where there is none: the process that was
 * about to ask died before it did, or Nova has not taken it. A Nova that does not answer is waited for.
 */
export async function askedBefore(
  nova: Pick<NovaApi, 'newestMigration'>,
  id: string,
  { newestBefore }: AskingNova,
  waiting: Waiting,
): Promise<Migration | null> {
  // Of the looks that were answered.
  for (let looks = 1; ; looks++) {
    waiting.assertWanted()
    const newest = await untilAnswered(waiting, 'nova-unreachable', () => nova.newestMigration(id))
    if (newest !== null && newest.id !== newestBefore) return newest.type === 'live-migration' ? newest : null
    if (looks > recordedMs / againMs) return null
    await waiting.clock.sleep(againMs)
  }
}

/** Asks again where it fails with that code, and says so once. */
async function untilAnswered<Answer>(
  { clock, assertWanted, say }: Waiting,
  code: LandfallError['code'],
  ask: () => Promise<Answer>,
): Promise<Answer> {
  let isTold = false
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof LandfallError) || error.code !== code) throw error
      if (!isTold) say(`${error.message}; it is asked again until it answers`)
      isTold = true
    }
    await clock.sleep(againMs)
    assertWanted()
  }
}
