import type { Answer, Wish } from '@landfall/api'
import { serverError } from '../../errors.ts'
import { isSameDriver, ownIdentity } from '../../store/driver-identity.ts'
import { abortWhy, noteAbort } from '../start/abort/abort.ts'
import type { RunContext } from '../start/context.ts'
import type { ActiveMigration } from './active-migrations.ts'

export const abortWish: Wish = { kind: 'abort', why: abortWhy }

/** @throws LandfallError with the reason, where an abort was denied */
export function assertTaken(answer: Answer): void {
  if (answer.allowed) return
  const code = answer.code === 'abort-in-post-copy' ? answer.code : 'no-migration'
  throw serverError(code, `it cannot be aborted: ${answer.why}`, 'Watch it to see what it does')
}

/**
 * An abort that is answered holds for whoever comes after this process, too. A store that is away does not keep it from being
 * done here.
 *
 * @returns false where another process drives it by now, of which its driver here has not heard yet: it did not read the note when it
 *   took over, and has to be asked
 */
export async function outlive(
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  { id, running }: Pick<ActiveMigration, 'id' | 'running'>,
  why: string,
): Promise<boolean> {
  const isOurs = running?.role.hands === 'on'
  if (running !== null && !isOurs) return true
  try {
    if (!isOurs) {
      await withdraw({ store }, id, why)
      return true
    }
    await noteAbort({ store, clock }, id, why)
    // Only now: whoever takes it over from here on reads the note.
    const story = await store.read(id)
    return story === null || isSameDriver(story.driver, ownIdentity())
  } catch {
    return true
  }
}

/** Of what Nova was asked for already, that it is to be aborted stays with the request; any other is forgotten. */
async function withdraw({ store }: Pick<RunContext, 'store'>, id: string, why: string): Promise<void> {
  const kept = (await store.requests.list()).find((each) => each.id === id)
  if (kept?.asking === undefined) return store.requests.drop(id, ownIdentity())
  await store.requests.asking(id, ownIdentity(), { ...kept.asking, abort: why })
}
