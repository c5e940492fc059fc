import type { MigrationReport, Role } from '@landfall/api'
import type { SteerState } from '@landfall/core'
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

export interface CarryOptions {
  readonly story: RunningStory
  readonly role: Role
  /** What the steering of a live one begins with. */
  readonly state: SteerState
  readonly onUpdate: OnUpdate
  readonly intentSource?: IntentSource | undefined
  readonly driverLives?: () => Promise<boolean>
}

/** The one way in which a migration is run, whoever began it: to its end, by what its story says. */
export function carry(context: RunContext, options: CarryOptions): RunningMigration {
  const { sessions, clock, meter, store, dial } = context
  const { record } = options.story.now
  const source = hostNamed(sessions, record.source)
  const shared = { ...options, clock, meter, source, destination: hostNamed(sessions, record.destination) }
  if (record.plan.strategy === 'cold' && options.role.hands === 'on') {
    const running = runColdMigration(shared)
    return withEnd(
      running,
      running.ended.then((report) => noteRevert(context, record, report)),
    )
  }
  const launcher = new HostSession(source.host, dial)
  const abortAsked = async (): Promise<string | null> => (await store.read(record.id))?.abortAsked ?? null
  const running = runLiveMigration({ ...shared, launcher, abortAsked })
  return withEnd(running, closedAfter(running.ended, launcher))
}

/** What an earlier migration has kept is kept no more. */
async function noteRevert(
  { store, clock }: RunContext,
  { id, cold }: MigrationRecord,
  report: MigrationReport,
): Promise<MigrationReport> {
  const { migration } = cold?.revertOf ?? {}
  if (migration !== undefined && report.outcome === 'completed') {
    await store.note(migration, { at: clock.now(), kind: 'reverted', by: id })
  }
  return report
}

async function closedAfter<T>(work: Promise<T>, session: HostSession): Promise<T> {
  await using _ = session
  return await work
}
