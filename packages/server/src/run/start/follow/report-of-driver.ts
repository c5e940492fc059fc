import type { MigrationReport } from '@landfall/api'
import { advise } from '@landfall/core'
import { serverError } from '../../../errors.ts'
import type { LeaseLostError } from '../../../store/store.ts'
import { failedTriesOf } from '../../../store/story/so-far.ts'
import type { MigrationStory } from '../../../store/story/story.ts'
import { nextTryAt } from '../../../store/story/story.ts'
import type { RunningStory } from '../../running-story.ts'
import type { RunContext } from '../context.ts'

/** How long a live driver has to write its report after both hosts agree. */
const driverReportMs = 30_000
/** One that dies is followed by another within seconds. */
const successorMs = 30_000
const pollMs = 300

/** Its driver knows more than who only watched: the decisions, and why it ended. It writes a moment later. */
export async function reportOfDriver(
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  id: string,
  seen: MigrationReport,
): Promise<MigrationReport> {
  const deadline = clock.now() + driverReportMs
  for (;;) {
    // Asked before what is written is read: a driver that ends in between has written its report.
    const driven = await store.isDriven(id)
    const story = await store.read(id)
    if (story === null) return seen
    if (story.report !== null) return story.report
    const tryAt = nextTryAt(story)
    if (tryAt !== null) return untilNextTry(story, seen, tryAt)
    if (!driven || clock.now() >= deadline) return seen
    await clock.sleep(100)
  }
}

/** The job that was followed is over, the migration is not: whoever only follows it asks again. */
function untilNextTry(story: MigrationStory, seen: MigrationReport, tryAt: number): MigrationReport {
  const failedTries = failedTriesOf(story)
  const last = failedTries.at(-1)
  const next = `try ${failedTries.length + 1} begins at ${new Date(tryAt).toISOString()}`
  const message = `${last?.reason.message ?? seen.reason.message}; ${next}, by the process that drives it`
  return { ...seen, outcome: 'failed', reason: { code: 'migration-failed', message }, failedTries }
}

/**
 * The end of a migration that was driven here. Where another has taken it over meanwhile, that is the end which the other writes:
 * what was seen from here may be long past.
 *
 * @throws what `work` throws; LandfallError `already-driven` where nobody drives it on
 */
export async function endOfOurs(
  context: Pick<RunContext, 'store' | 'clock'>,
  story: RunningStory,
  work: Promise<MigrationReport>,
): Promise<MigrationReport> {
  let seen: MigrationReport | null = null
  try {
    seen = await work
  } catch (error) {
    if (story.lost === null) throw error
  }
  if (story.lost === null && seen !== null) return seen
  return reportOfSuccessor(context, story.now.record, story.lost)
}

async function reportOfSuccessor(
  { store, clock }: Pick<RunContext, 'store' | 'clock'>,
  { id, guest }: MigrationStory['record'],
  lost: LeaseLostError | null,
): Promise<MigrationReport> {
  let heardOfAt = clock.now()
  while (clock.now() - heardOfAt < successorMs) {
    // A store that is away tells nothing: it is waited for.
    const [isDriven, story] = await Promise.all([
      store.isDriven(id).catch(() => true),
      store.read(id).catch(() => null),
    ])
    if (story !== null && story.report !== null) return story.report
    if (isDriven) heardOfAt = clock.now()
    await clock.sleep(pollMs)
  }
  const next = advise`See it with ${{ action: 'watch', guest: guest.name }}`
  throw serverError('already-driven', `${lost?.message ?? id}, which drives it no more`, next, lost ?? undefined)
}
