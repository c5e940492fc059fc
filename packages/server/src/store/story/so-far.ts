import type { KeptSample, MigrationSoFar } from '@landfall/api'
import type { CurvePoint, FailedTry, ReportedDecision } from '@landfall/core'
import { carriedBy, predictedBy, predictedCurve } from '@landfall/core'
import type { MigrationEntry } from './entry.ts'
import type { MigrationRecord } from './record.ts'
import type { MigrationStory } from './story.ts'
import { actsDone } from './story.ts'

/** What a picture of a migration that goes on is drawn from. Pure. */
export function soFar(story: MigrationStory, entries: readonly MigrationEntry[]): MigrationSoFar {
  const { record, beganAt } = story
  return {
    beganAt,
    memoryBytes: record.facts.memoryBytes,
    planned: record.plan.reason.message,
    prediction: predictedBy(record.plan),
    predicted: curveOf(record),
    samples: samplesIn(entries),
    decisions: decisionsOf(story),
  }
}

/** Of the newest try: those before it are told by their ends. */
export const samplesIn = (entries: readonly MigrationEntry[]): readonly KeptSample[] =>
  entries
    .slice(entries.findLastIndex(({ kind }) => kind === 'trying-again') + 1)
    .flatMap((entry) => (entry.kind === 'sample' ? [entry.sample] : []))

export const curveOf = ({ intent, facts, plan }: MigrationRecord): readonly CurvePoint[] =>
  predictedCurve(intent, carriedBy(facts, plan.stream), plan.strategy)

/** What was done, as a report tells it. */
export const decisionsOf = (story: Pick<MigrationStory, 'acts'>): readonly ReportedDecision[] =>
  actsDone(story).map(({ at, pass, act }) => ({
    at: new Date(at).toISOString(),
    pass,
    act: act.kind,
    why: act.why,
    numbers: act.numbers,
  }))

/** Tries that failed, as a report tells them. */
export const failedTriesOf = ({ failedTries }: Pick<MigrationStory, 'failedTries'>): readonly FailedTry[] =>
  failedTries.map(({ beganAt, endedAt, kind, reason, report }, index) => ({
    number: index + 1,
    startedAt: new Date(beganAt).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    kind,
    reason: { code: reason.code, message: reason.message },
    strategy: report?.strategy ?? null,
    bytesSent: report?.bytesSent ?? null,
    passes: report?.passes ?? null,
    decisions: report?.decisions ?? [],
  }))
