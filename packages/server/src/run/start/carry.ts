import type { MigrationReport, Role } from '@landfall/api'
import type { SteerState } from '@landfall/core'
import { evenly } from '../../clock.ts'
import { hostNamed } from '../../guests/find-guest.ts'
import { HostSession } from '../../hosts/host-session.ts'
import type { IntentSource } from '../../intent/intent-source.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import { runColdMigration } from '../cold/cold-migration.ts'
import { runLiveMigration } from '../live/live-migration.ts'
import type { OnUpdate } from '../progress.ts'
import type { RunningMigration } from '../running-migration.ts'
import { withEnd } from '../running-migration.ts'
import type { RunningStory } from '../running-story.ts'
import type { RunContext } from './context.ts'
import { endOfOurs } from './follow/report-of-driver.ts'

export interface CarryOptions {
  readonly story: RunningStory
  readonly role: Role
  /** What the steering of a live one begins with. */
  readonly state: SteerState
  readonly onUpdate: OnUpdate
  readonly intentSource?: IntentSource | undefined
  readonly driverLives?: () => Promise<boolean>
  /** Whether the lease is kept after it, by whoever may try it again. */
  readonly keepsLease?: boolean
}

/** The one way in which a migration is run, whoever began it: to its end, by what its story says. */
export function carry(context: RunContext, options: CarryOptions): RunningMigration {
  const { sessions, meter, store, dial, nova } = context
  // A guest that was stopped must not stand still for longer because somebody sets the clock, nor a host be given up for it.
  const clock = evenly(context.clock)
  const { record } = options.story.now
  const source = hostNamed(sessions, record.source)
  const say = (message: string): void => options.onUpdate({ kind: 'step', at: clock.now(), message })
  const shared = { ...options, clock, meter, source, destination: hostNamed(sessions, record.destination) }
  if (record.plan.strategy === 'cold' && options.role.hands === 'on') {
    const running = runColdMigration({ ...shared, hosts: sessions })
    const ended = endOfOurs({ store, clock }, options.story, releasedAfter(running.ended, options.story))
    return withEnd(
      running,
      ended.then((report) => noteRevert({ store, clock }, record, report, say)),
    )
  }
  const launcher = new HostSession(source.host, dial)
  const abortAsked = async (): Promise<string | null> => {
    try {
      return (await store.read(record.id))?.abortAsked ?? null
    } catch {
      say('the store does not tell whether another process asked for an abort')
      return null
    }
  }
  const running = runLiveMigration({ ...shared, launcher, abortAsked, nova })
  const ended = closedAfter(running.ended, launcher)
  if (options.keepsLease === true) return withEnd(running, ended)
  // That another has it by now may be heard only when it is given back.
  return withEnd(running, endOfOurs({ store, clock }, options.story, releasedAfter(ended, options.story)))
}

/** What an earlier migration has kept is kept no more. */
async function noteRevert(
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  { id, cold }: MigrationRecord,
  report: MigrationReport,
  say: (message: string) => void,
): Promise<MigrationReport> {
  const { migration } = cold?.revertOf ?? {}
  if (migration !== undefined && report.outcome === 'completed') {
    const noted = store.note(migration, { at: clock.now(), kind: 'reverted', by: id })
    await noted.catch(() => say(`the store does not take that ${migration} was reverted: its report does not tell`))
  }
  return report
}

/** What was not ended is another's to take up, in this process as well. */
async function releasedAfter<T>(work: Promise<T>, story: RunningStory): Promise<T> {
  try {
    return await work
  } finally {
    await story.letGo()
  }
}

async function closedAfter<T>(work: Promise<T>, session: HostSession): Promise<T> {
  await using _ = session
  return await work
}
