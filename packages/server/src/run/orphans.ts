import type { Clock } from '../clock.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { isSameDriver, ownIdentity } from '../store/driver-identity.ts'
import type { Store } from '../store/store.ts'
import type { MigrationRecord } from '../store/story/record.ts'
import type { MigrationStory } from '../store/story/story.ts'
import { isUnstarted } from '../store/story/story.ts'

/** A host that has not answered within this may well have the guest, too. */
const patienceMs = 1000

/**
 * Migrations whose driver died, of guests that the hosts in use still have: names alone come back in other places.
 *
 * @param clock by which a silent host keeps whoever asks waiting no longer than a second; it is waited for where absent
 */
export async function orphansOf(
  store: Store,
  sessions: readonly HostSession[],
  clock?: Pick<Clock, 'sleep'>,
): Promise<MigrationStory[]> {
  const unfinished = await store.unended('undriven')
  const isOurs = ({ record }: MigrationStory): Promise<boolean> => isOfTheseHosts(record, sessions)
  const found = await Promise.all(
    unfinished.map(async (story) => {
      const ours = clock === undefined ? await isOurs(story) : await orPatienceEnds(isOurs(story), clock)
      return ours ? [story] : []
    }),
  )
  return found.flat()
}

interface Asked {
  readonly store: Store
  readonly sessions: readonly HostSession[]
  readonly clock: Pick<Clock, 'sleep'>
  /** Of migrations that this process has let go of: whether nothing but a silent host kept it from their end. */
  readonly isLeftBySilence: (id: string) => boolean
}

/**
 * Guests whose migration has no driver any more. Not those that this very process has left to a person: they are taken up again when
 * somebody asks. What it let go of because a host was silent is taken up once it has connections to both.
 */
export async function guestsLeft(asking: Asked): Promise<readonly MigrationRecord['guest'][]> {
  const { store, sessions, clock, isLeftBySilence } = asking
  const own = ownIdentity()
  const isOpen = (name: string): boolean => sessions.some((session) => session.host.name === name && session.isOpen)
  const left = (await orphansOf(store, sessions, clock)).filter(
    ({ driver, record: { id, source, destination } }) =>
      !isSameDriver(driver, own) || (isLeftBySilence(id) && isOpen(source) && isOpen(destination)),
  )
  const asked = left.some(isUnstarted) ? (await store.requests.list()).map(({ id }) => id) : []
  // What was asked for and nothing was done for is begun anew, by whoever has the request.
  const isBegunAnew = (story: MigrationStory): boolean => isUnstarted(story) && asked.includes(story.record.id)
  return left.filter((story) => !isBegunAnew(story)).map(({ record }) => record.guest)
}

async function orPatienceEnds(ours: Promise<boolean>, clock: Pick<Clock, 'sleep'>): Promise<boolean> {
  const answered = new AbortController()
  try {
    return await Promise.race([ours, clock.sleep(patienceMs, answered.signal).then(() => true)])
  } finally {
    answered.abort()
  }
}

/** Whether a journal's guest is on the hosts in use. A host that does not answer may well have it. */
export async function isOfTheseHosts(
  { source, destination, guest }: MigrationRecord,
  sessions: readonly HostSession[],
): Promise<boolean> {
  for (const name of [source, destination]) {
    const session = sessions.find(({ host }) => host.name === name)
    if (session === undefined) return false
    const domain = await session.find(guest.uuid).catch(() => 'unknown' as const)
    if (domain !== null) return true
  }
  return false
}
