import { can } from '@landfall/api'
import { adopt, initialState } from '@landfall/core'
import { isAlive, ownIdentity } from '../../store/driver-identity.ts'
import type { MigrationReport } from '../../store/migration-report.ts'
import { otherDriver } from '../../store/other-driver.ts'
import type { MigrationStory } from '../../store/story.ts'
import { tellStory } from '../../store/story.ts'
import { refusalReport } from '../live/live-report.ts'
import type { OnUpdate } from '../progress.ts'
import type { RunningMigration } from '../running-migration.ts'
import { RunningStory } from '../running-story.ts'
import { carry } from './carry.ts'
import type { RunContext } from './context.ts'
import { alreadyDriven } from './not-driven.ts'

/**
 * Goes on with a migration of ours whose driver died, by what its story says.
 *
 * @throws LandfallError `already-driven` where another process took it over at the same moment
 */
export function takeOver(context: RunContext, story: MigrationStory, onUpdate: OnUpdate): RunningMigration {
  const { journals, clock } = context
  const { record, beganAt } = story
  // Nothing was asked of a host yet: there is nothing to go on with, and a guest must not be shut down by being watched.
  if (!story.launched) return closeUnstarted(context, story)
  const journal = journals.open(record.id)
  journal.write({ at: clock.now(), kind: 'adopted', driver: ownIdentity() })
  const entries = journals.entries(record.id)
  const rival = otherDriver(entries, ownIdentity(), isAlive)
  if (rival !== null) {
    journal.write({ at: clock.now(), kind: 'adopted', driver: rival })
    journal[Symbol.dispose]()
    throw alreadyDriven({ record, driver: rival })
  }
  const say = (message: string): void => onUpdate({ kind: 'step', at: clock.now(), message })
  const running = carry(context, {
    // With its samples, which a list of stories goes without.
    story: new RunningStory(tellStory(entries) ?? story, (entry) => journal.write(entry), say),
    role: { origin: 'taken-over', hands: 'on' },
    state: adopt(story.state ?? initialState(record.plan, record.intent, record.facts, beganAt)),
    onUpdate,
  })
  return { ...running, ended: running.ended.finally(() => journal[Symbol.dispose]()) }
}

function closeUnstarted({ journals, clock }: RunContext, { record }: MigrationStory): RunningMigration {
  const { guest, source, destination } = record
  const at = clock.now()
  const reason = { code: 'not-moved', message: `it was never started; ${guest.name} was left on ${source}` } as const
  const report: MigrationReport = {
    ...refusalReport(guest.name, source, destination, record.plan, at),
    id: record.id,
    outcome: 'aborted',
    reason,
  }
  using journal = journals.open(record.id)
  journal.write({ at, kind: 'ended', report })
  return {
    id: record.id,
    source,
    destination,
    role: { origin: 'taken-over', hands: 'on' },
    status: () => 'ended',
    wish: ({ kind }) => can('ended', kind),
    ended: Promise.resolve(report),
  }
}
