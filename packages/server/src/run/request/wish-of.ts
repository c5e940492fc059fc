import type { Answer, Wish } from '@landfall/api'
import { abortElsewhere } from '../start/abort/abort.ts'
import type { RunContext } from '../start/context.ts'
import { outlive } from './accepted-abort.ts'
import type { ActiveMigrations } from './active-migrations.ts'
import { noSuchMigration } from './active-migrations.ts'
import { askElsewhere } from './elsewhere/ask-elsewhere.ts'
import { ofThisProcess } from './elsewhere/driven-on.ts'
import { assertReadable } from '../../intent/wished-intent.ts'

/**
 * Wishes something of a migration: of this process, or of whichever drives it.
 *
 * @throws LandfallError `no-migration`
 */
export async function wishOf(
  context: RunContext,
  actives: Pick<ActiveMigrations, 'find'>,
  id: string,
  wish: Wish,
): Promise<Answer> {
  if (wish.kind === 'change-intent') assertReadable(wish)
  const active = await ofThisProcess(context.store, actives, id)
  if (active !== null) {
    const answer = active.wish(wish)
    const isAccepted = answer.allowed && wish.kind === 'abort'
    const isElsewhere = isAccepted
      ? !(await outlive(context, active, wish.why))
      : !answer.allowed && answer.code === 'driven-elsewhere'
    if (!isElsewhere) return answer
  }
  const answered = await askElsewhere(context, id, wish)
  if (answered !== null) return answered
  const running = active?.running ?? (await context.store.read(id))?.record
  if (running === undefined) throw noSuchMigration(id)
  if (wish.kind !== 'abort')
    return { allowed: false, code: 'driven-elsewhere', why: 'whoever steers it does not answer' }
  // Its driver hears of it from libvirt.
  await abortElsewhere(context, running)
  return { allowed: true }
}
