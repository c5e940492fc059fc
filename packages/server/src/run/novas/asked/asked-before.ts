import { LandfallError } from '@landfall/core'
import type { Migration, MigrationType } from '@landfall/openstack'
import type { NovaApi } from '../../../cloud/nova.ts'
import { serverError } from '../../../errors.ts'
import { ownIdentity } from '../../../store/driver-identity.ts'
import type { AskingNova } from '../../../store/stored-request.ts'
import { assertCarriedHere } from '../../request/elsewhere/carried-elsewhere.ts'
import type { RunContext } from '../../start/context.ts'

const againMs = 1000
/** Nova's record of what it accepted is usually there within so many looks. */
const usualLooks = 15

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
  { store, ...waiting }: Waiting & Pick<RunContext, 'store'>,
  id: string,
  asking: AskingNova,
): Promise<void> {
  const isOwn = await untilAnswered(waiting, 'store-unusable', () => store.requests.asking(id, ownIdentity(), asking))
  if (isOwn) return
  await assertCarriedHere({ store }, id)
  throw serverError('withdrawn', `${id} is no request any more: nothing was asked of Nova`, 'Ask for it again')
}

export interface Looking extends Pick<Waiting, 'clock' | 'say'> {
  readonly nova: Pick<NovaApi, 'newestMigration' | 'server'>
  readonly isAbortWished: () => boolean
}

/**
 * The migration of a type that Nova has of an instance since it was, or was to be, asked for one; null where there is none, and Nova is not
 * at one: it was never asked, or has not taken it. A Nova that does not answer is waited for, and so is a record while Nova is busy with
 * the instance. What is found is the asker's to abort, so that a wished abort does not end the looking.
 *
 * @throws LandfallError `nova-refused` where Nova has done something else with it since: whether it moved first is not known
 */
export async function askedBefore(
  { nova, ...looking }: Looking,
  { instance, newestBefore }: AskingNova,
  type: MigrationType = 'live-migration',
): Promise<Migration | null> {
  const waiting = { ...looking, assertWanted: () => undefined }
  const answered = <T>(ask: () => Promise<T>): Promise<T> => untilAnswered(waiting, 'nova-unreachable', ask)
  for (let looks = 1; ; looks++) {
    const newest = await answered(() => nova.newestMigration(instance))
    if (newest !== null && newest.id !== newestBefore) {
      if (newest.type === type) return newest
      throw doneOtherwise(newest)
    }
    if (looks > usualLooks) {
      const isBusy = (await answered(() => nova.server(instance)))?.taskState != null
      if (!isBusy || looking.isAbortWished()) return null
    }
    await looking.clock.sleep(againMs)
  }
}

const doneOtherwise = ({ id, serverId, type }: Migration): Error =>
  serverError(
    'nova-refused',
    `Nova was about to be asked for it, and its newest migration of the instance since is ${id} (${type ?? 'of no known kind'}): Nova is not asked again`,
    `See "openstack server migration list --server ${serverId}", and ask again if it is to move`,
  )

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
