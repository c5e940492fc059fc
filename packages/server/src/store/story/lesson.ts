import type { DirtyWindow, Experience, Range } from '@landfall/core'
import { experienceOf, loggingByBusyTime, loggingSeen } from '@landfall/core'
import type { MeasuredMigration } from './record.ts'
import type { MigrationStory } from './story.ts'

/** What a migration that has ended teaches those after it: some hundred bytes of a story of ten thousand. */
export interface Lesson {
  readonly guestUuid: string
  readonly memoryBytes: number
  readonly source: string
  readonly destination: string
  readonly beganAt: number
  readonly measured: MeasuredMigration
  /** Where it came out within its ranges; empty for one that did not go as planned. */
  readonly experience: readonly Experience[]
  /** What each page's first write in a pass cost the guest, in microseconds; null where that was not seen. */
  readonly logging: Range | null
  /** What its own passes saw of the guest's writing. */
  readonly passWindows: readonly DirtyWindow[]
}

/** Pure. Null for one that ended without figures, or has not ended. */
export function lessonOf(story: MigrationStory): Lesson | null {
  const { record, beganAt, measured, state } = story
  if (measured === null) return null
  return {
    guestUuid: record.guest.uuid,
    memoryBytes: record.facts.memoryBytes,
    source: record.source,
    destination: record.destination,
    beganAt,
    measured,
    experience: experienceIn(story),
    logging: loggingIn(story, measured),
    // A pass that was itself taken from the history is older than this migration.
    passWindows: (state?.facts.dirtyWindows ?? []).filter(({ kind, ageMs }) => kind === 'pass' && ageMs === undefined),
  }
}

function experienceIn({ record, report }: MigrationStory): readonly Experience[] {
  if (report?.outcome !== 'completed' || report.strategy !== record.plan.strategy) return []
  const forecast = record.plan.forecasts.find(({ strategy }) => strategy === report.strategy)
  return forecast === undefined ? [] : experienceOf(forecast, report)
}

/** Best told by a guest that has idle time; else by what its passes left behind. */
function loggingIn({ record: { facts }, state }: MigrationStory, { firstPass }: MeasuredMigration): Range | null {
  if (facts.accelerator !== 'kvm' || state === null) return null
  const { vcpuBusyShare: busyBefore, vcpus } = facts
  const byTime =
    firstPass === undefined || busyBefore === undefined
      ? null
      : loggingByBusyTime({
          busyBefore,
          busyIn: firstPass.busyShare,
          vcpus,
          windowMs: firstPass.ms,
          dirtyBytes: firstPass.leftBytes,
        })
  return byTime ?? loggingSeen(state.facts.dirtyWindows, facts)
}
