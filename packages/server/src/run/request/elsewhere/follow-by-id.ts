import type { NumberedUpdate, UpdatesOptions } from '@landfall/api'
import { errorOf } from '@landfall/api'
import { isLast } from '../../../store/elsewhere.ts'
import type { RunContext } from '../../start/context.ts'
import type { ActiveMigrations } from '../active-migrations.ts'
import { noSuchMigration } from '../active-migrations.ts'
import { ofThisProcess } from './driven-on.ts'

/** A migration that was left is taken over within some seconds. */
const pollMs = 300

/**
 * What a migration tells, whoever has to do with it just now: of one that another process drives what that publishes, of one whose
 * driver died it goes on once it was taken over, and of one that has ended meanwhile the end is told.
 *
 * @throws LandfallError `no-migration` for an ID that nothing is known of; what kept the migration from its end
 */
export async function* followById(
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  active: Pick<ActiveMigrations, 'find'>,
  id: string,
  { after = 0, signal }: UpdatesOptions,
): AsyncGenerator<NumberedUpdate, void, undefined> {
  let last = after
  let isAsked = false
  while (!isOver()) {
    const found = await ofThisProcess(store, active, id)
    if (found !== null) {
      for await (const told of found.log.after(last, signal)) {
        last = told.number
        yield told
      }
      if (!found.log.isLeft) return
      continue
    }
    for (const told of await store.elsewhere.published(id, last)) {
      last = told.number
      // Of a driver that another has followed.
      if ('problem' in told && (await store.isDriven(id))) continue
      if ('problem' in told) throw errorOf(told.problem)
      yield told
      if (isLast(told.update)) return
    }
    const story = await store.read(id)
    if (story === null && !(await isAskedFor())) throw noSuchMigration(id)
    const report = story?.report ?? null
    if (report !== null) {
      // Of a driver that died before it had told it.
      if (isAsked) await store.elsewhere.forget(id)
      yield { number: last + 1, update: { kind: 'ended', at: clock.now(), report } }
      return
    }
    if (!isAsked) await store.elsewhere.follow(id, clock.now())
    isAsked = true
    await clock.sleep(pollMs, signal)
  }

  /** Changed from outside. */
  function isOver(): boolean {
    return signal?.aborted === true
  }

  async function isAskedFor(): Promise<boolean> {
    return (await store.requests.list()).some((request) => request.id === id)
  }
}
