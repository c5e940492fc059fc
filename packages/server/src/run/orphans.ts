import { LandfallError } from '@landfall/core'
import type { Clock } from '../clock.ts'
import type { HostSession } from '../hosts/host-session.ts'
import { isSameDriver, ownIdentity } from '../store/driver-identity.ts'
import type { Store } from '../store/store.ts'
import type { MigrationRecord } from '../store/story/record.ts'
import type { MigrationStory } from '../store/story/story.ts'
import { isUnstarted } from '../store/story/story.ts'
import type { UpdateLog } from './update-log.ts'

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
  readonly clock: Pick<Clock, 'sleep' | 'now'>
  /** What a migration has told in this process; null where this process has nothing to do with it. */
  readonly logOf: (id: string) => UpdateLog | null
}

/** What fails by itself each time is taken up no more often than that. */
const failedAgainMs = 10_000

/**
 * Guests whose migration has no driver any more. Not those of which this very process has told the end: what it left to a person is
 * taken up again when somebody asks. What kept it from their end was an error, often a silent host: they are taken up once it has
 * connections to both.
 */
export async function guestsLeft(asking: Asked): Promise<readonly MigrationRecord['guest'][]> {
  const { store, sessions, clock, logOf } = asking
  const own = ownIdentity()
  const isOpen = (name: string): boolean => sessions.some((session) => session.host.name === name && session.isOpen)
  const isToBeTakenUp = ({ driver, record: { id, source, destination } }: MigrationStory): boolean => {
    if (!isSameDriver(driver, own)) return true
    const log = logOf(id)
    // It was taken over, and could not be carried on: nobody has told anything of it.
    if (log === null) return true
    return log.failure !== null && isOpen(source) && isOpen(destination) && !failedJustNow(log, clock.now())
  }
  const left = (await orphansOf(store, sessions, clock)).filter(isToBeTakenUp)
  const asked = left.some(isUnstarted) ? (await store.requests.list()).map(({ id }) => id) : []
  // What was asked for and nothing was done for is begun anew, by whoever has the request.
  const isBegunAnew = (story: MigrationStory): boolean => isUnstarted(story) && asked.includes(story.record.id)
  return left.filter((story) => !isBegunAnew(story)).map(({ record }) => record.guest)
}

/** A host that was silent answers by now. */
const failedJustNow = ({ failure, latestAt }: UpdateLog, now: number): boolean =>
  !(failure instanceof LandfallError && failure.code === 'host-unreachable') && Math.abs(now - latestAt) < failedAgainMs

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
