import type { FoundMigration, MigrationUpdate } from '@landfall/api'
import type { Store } from '../../store/store.ts'
import type { RunContext } from '../start/context.ts'
import type { WatchAsked } from '../start/watch.ts'
import { watch } from '../start/watch.ts'
import type { RunningMigration } from '../running-migration.ts'
import type { ActiveMigration, ActiveMigrations } from './active-migrations.ts'

/** What a migration is called, and whom it is about. */
export type About = Pick<RunningMigration, 'id' | 'guest'>

/**
 * Finds a guest's migration, which this process has nothing to do with yet, and stays with it to its end: takes it over where its
 * driver died, else follows or steers it.
 *
 * @throws LandfallError see {@link watch}
 */
export async function takeUp(
  context: RunContext,
  active: ActiveMigrations,
  open: (about: About) => ActiveMigration,
  name: string,
  options: WatchAsked,
): Promise<FoundMigration> {
  // What is told before it is known which migration it is.
  const early: MigrationUpdate[] = []
  let tell = (update: MigrationUpdate): void => void early.push(update)
  const running = await watch(context, name, (update) => tell(update), options)
  const { id, guest, source, destination, role } = running
  const taken = open({ id, guest })
  // First: what is told is told of one of which it is known whose it is.
  void active.add(taken, () => taken.run(running, () => context.clock.now()))
  for (const update of early) taken.tell(update)
  tell = (update) => taken.tell(update)
  return { id, guest: guest.name, source, destination, role }
}

/** One that this process has to do with already; not one that it only follows and whose driver died meanwhile: that is taken over. */
export async function foundHere(
  store: Pick<Store, 'read' | 'isDriven'>,
  active: ActiveMigration | null,
): Promise<FoundMigration | null> {
  const found = active?.found() ?? null
  if (found === null || found.role.hands === 'on') return found
  const isOurs = (await store.read(found.id)) !== null
  return isOurs && !(await store.isDriven(found.id)) ? null : found
}

/** One at a time of each guest: the first takes its migration up, and whoever asked at the same moment finds it. */
export class TakeUps {
  readonly #latest = new Map<string, Promise<unknown>>()

  async inTurn(guest: string, take: () => Promise<FoundMigration>): Promise<FoundMigration> {
    const before = this.#latest.get(guest) ?? Promise.resolve()
    // What became of the one before does not matter here.
    const taking = before.catch(() => null).then(take)
    this.#latest.set(guest, taking)
    try {
      return await taking
    } finally {
      if (this.#latest.get(guest) === taking) this.#latest.delete(guest)
    }
  }
}
