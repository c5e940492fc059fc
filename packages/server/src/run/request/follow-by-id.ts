import type { NumberedUpdate, UpdatesOptions } from '@landfall/api'
import type { RunContext } from '../start/context.ts'
import type { ActiveMigration, ActiveMigrations } from './active-migrations.ts'
import { noSuchMigration } from './active-migrations.ts'

/** A migration that was left is taken over within some seconds. */
const pollMs = 500

/**
 * What a migration tells, whoever has to do with it just now: of one whose driver died it goes on once it was taken over here,
 * and of one that has ended meanwhile the end is told.
 *
 * @throws LandfallError `no-migration` for an ID that nothing is known of
 */
export async function* followById(
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  active: Pick<ActiveMigrations, 'find'>,
  id: string,
  { after = 0, signal }: UpdatesOptions,
): AsyncGenerator<NumberedUpdate, void, undefined> {
  const under = await untilFound()
  if (under !== null) yield* under

  async function untilFound(): Promise<AsyncIterable<NumberedUpdate> | null> {
    while (!isOver()) {
      const found: ActiveMigration | null = active.find(id)
      if (found !== null) return found.log.after(after, signal)
      const story = await store.read(id)
      if (story === null && !(await isAskedFor())) throw noSuchMigration(id)
      if (story?.report !== null && story?.report !== undefined) return theEnd(after, story.report)
      await clock.sleep(pollMs, signal)
    }
    return null
  }

  /** Changed from outside. */
  function isOver(): boolean {
    return signal?.aborted === true
  }

  async function isAskedFor(): Promise<boolean> {
    return (await store.requests.list()).some((request) => request.id === id)
  }

  async function* theEnd(
    last: number,
    report: Extract<NumberedUpdate['update'], { kind: 'ended' }>['report'],
  ): AsyncGenerator<NumberedUpdate, void, undefined> {
    yield { number: last + 1, update: { kind: 'ended', at: clock.now(), report } }
  }
}
