import type { SteerState } from '@landfall/core'
import { hostNamed } from '../../guests/find-guest.ts'
import { HostSession } from '../../hosts/host-session.ts'
import type { IntentSource } from '../../intent/intent-source.ts'
import type { MigrationReport } from '../../store/migration-report.ts'
import type { MigrationRecord } from '../../store/record.ts'
import { runColdMigration } from '../cold/cold-migration.ts'
import { runLiveMigration } from '../live/live-migration.ts'
import type { OnUpdate } from '../progress.ts'
import type { Role } from '../role.ts'
import type { RunningMigration } from '../running-migration.ts'
import type { RunningStory } from '../running-story.ts'
import type { RunContext } from './context.ts'

export interface CarryOptions {
  readonly story: RunningStory
  readonly role: Role
  /** What the steering of a live one begins with. */
  readonly state: SteerState
  readonly onUpdate: OnUpdate
  readonly intentSource?: IntentSource | undefined
  readonly driverLives?: () => boolean
}

/** The one way in which a migration is run, whoever began it: to its end, by what its story says. */
export function carry(context: RunContext, options: CarryOptions): RunningMigration {
  const { sessions, clock, meter, journals, dial } = context
  const { record } = options.story.now
  const source = hostNamed(sessions, record.source)
  const shared = { ...options, clock, meter, source, destination: hostNamed(sessions, record.destination) }
  if (record.plan.strategy === 'cold' && options.role.hands === 'on') {
    const running = runColdMigration(shared)
    return { ...running, ended: running.ended.then((report) => noteRevert(context, record, report)) }
  }
  const launcher = new HostSession(source.host, dial)
  const abortAsked = (): string | null => journals.find(record.id)?.abortAsked ?? null
  const running = runLiveMigration({ ...shared, launcher, abortAsked })
  return { ...running, ended: closedAfter(running.ended, launcher) }
}

/** What an earlier migration has kept is kept no more. */
function noteRevert(
  { journals, clock }: RunContext,
  { id, cold }: MigrationRecord,
  report: MigrationReport,
): MigrationReport {
  const { migration } = cold?.revertOf ?? {}
  if (migration !== undefined && report.outcome === 'completed') {
    journals.note(migration, { at: clock.now(), kind: 'reverted', by: id })
  }
  return report
}

async function closedAfter<T>(work: Promise<T>, session: HostSession): Promise<T> {
  await using _ = session
  return await work
}
