import type { MigrationReport } from '@landfall/api'
import { can } from '@landfall/api'
import { adopt, initialState } from '@landfall/core'
import { ownIdentity } from '../../store/driver-identity.ts'
import type { Lease } from '../../store/store.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { everLaunched, nextTryAt, tellStory } from '../../store/story/story.ts'
import { refusalReport } from '../live/live-report.ts'
import { orGivenBack } from '../give-back.ts'
import type { OnUpdate } from '../progress.ts'
import type { RunningMigration } from '../running-migration.ts'
import { carry } from './carry.ts'
import type { RunContext } from './context.ts'
import { carryTries } from './tries/carry-tries.ts'
import type { PlanAgain } from './tries/next-try.ts'
import { writtenStory } from './written-story.ts'

/**
 * Goes on with a migration of ours whose driver died, by what its story says.
 *
 * @throws LandfallError `already-driven` where another process took it over at the same moment
 */
export async function takeOver(
  context: RunContext,
  found: MigrationStory,
  onUpdate: OnUpdate,
  planAgain?: PlanAgain,
): Promise<RunningMigration> {
  const { store, clock } = context
  const lease = await store.takeOver(found.record.id, ownIdentity(), clock.now())
  return orGivenBack(store, lease, goOn(context, found, lease, onUpdate, planAgain))
}

async function goOn(
  context: RunContext,
  found: MigrationStory,
  lease: Lease,
  onUpdate: OnUpdate,
  planAgain: PlanAgain | undefined,
): Promise<RunningMigration> {
  const { store, clock } = context
  const { record } = found
  // Read again under the lease, and with its samples, which a list of stories goes without: whoever had it before may have
  // written until it was lost.
  const story = tellStory(await store.entries(record.id)) ?? found
  // Nothing was asked of a host yet, and no other try is due: there is nothing to go on with, and a guest must not be shut down by being watched.
  const isTriedAgain = nextTryAt(story) !== null
  if (!everLaunched(story) && !isTriedAgain) return closeUnstarted(context, story, lease)
  const say = (message: string): void => onUpdate({ kind: 'step', at: clock.now(), message })
  const { plan, intent, facts } = story.record
  const carried = {
    story: writtenStory(store, lease, story, say),
    role: { origin: 'taken-over', hands: 'on' },
    state: adopt(story.state ?? initialState(plan, intent, facts, story.beganAt)),
    onUpdate,
  } as const
  const running = isTriedAgain ? carryTries(context, { ...carried, planAgain }) : carry(context, carried)
  // Whoever was asked has answered that it would be done; where that is too late by now, it is told. One that was begun steering makes
  // again by itself.
  const isBegun = carried.state.stage.name === 'aborting'
  if (story.abortAsked !== null && !isBegun) running.wish({ kind: 'abort', why: story.abortAsked })
  return running
}

async function closeUnstarted(
  { store, clock }: RunContext,
  { record }: MigrationStory,
  lease: Lease,
): Promise<RunningMigration> {
  const { guest, source, destination } = record
  const at = clock.now()
  const reason = { code: 'not-moved', message: `it was never started; ${guest.name} was left on ${source}` } as const
  const report: MigrationReport = {
    ...refusalReport(guest.name, source, destination, record.plan, at),
    id: record.id,
    outcome: 'aborted',
    reason,
  }
  await store.append(lease, { at, kind: 'ended', report })
  return {
    id: record.id,
    guest,
    source,
    destination,
    role: { origin: 'taken-over', hands: 'on' },
    isOthers: false,
    status: () => 'ended',
    wish: ({ kind }) => can('ended', kind),
    ended: Promise.resolve(report),
  }
}
