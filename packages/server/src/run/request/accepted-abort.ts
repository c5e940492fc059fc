import type { Answer, Wish } from '@landfall/api'
import { serverError } from '../../errors.ts'
import { ownIdentity } from '../../store/driver-identity.ts'
import { abortWhy, noteAbort } from '../start/abort.ts'
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
 */
export async function outlive(
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  { id, running }: Pick<ActiveMigration, 'id' | 'running'>,
  why: string,
): Promise<void> {
  const isOurs = running?.role.hands === 'on'
  if (running !== null && !isOurs) return
  const written = isOurs ? noteAbort({ store, clock }, id, why) : store.requests.drop(id, ownIdentity())
  await written.catch(() => undefined)
}
