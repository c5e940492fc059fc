import type { Intent } from '../intent.ts'
import type { Range } from '../range.ts'
import { durationOption, roundUpDuration } from '../units.ts'
import type { BrokenLimit, WithinIntent } from './forecast.ts'

/** Which limits of the intent a forecast's likely figures break. */
export function judge(
  intent: Intent,
  figures: { readonly totalTimeMs: Range | null; readonly downtimeMs: Range | null; readonly throttlePercent?: number },
  others: readonly BrokenLimit[] = [],
): WithinIntent {
  const broken: BrokenLimit[] = [...others]
  const { totalTimeMs, downtimeMs, throttlePercent } = figures
  if (downtimeMs && downtimeMs.likely > intent.maxPauseMs) {
    const needed = durationOption(roundUpDuration(downtimeMs.likely))
    broken.push({
      limit: 'max-pause',
      value: downtimeMs.likely,
      allowed: intent.maxPauseMs,
      remedy: { setting: 'max-pause', value: needed },
    })
  }
  if (totalTimeMs && intent.deadlineMs !== undefined && totalTimeMs.likely > intent.deadlineMs) {
    const needed = durationOption(roundUpDuration(totalTimeMs.likely))
    broken.push({
      limit: 'deadline',
      value: totalTimeMs.likely,
      allowed: intent.deadlineMs,
      remedy: { setting: 'deadline', value: needed },
    })
  }
  if (throttlePercent !== undefined && throttlePercent > intent.maxSlowdownPercent) {
    const needed = Math.ceil(throttlePercent)
    broken.push({
      limit: 'max-slowdown',
      value: needed,
      allowed: intent.maxSlowdownPercent,
      remedy: { setting: 'max-slowdown', value: `${needed}%` },
    })
  }
  return broken.length === 0 ? { ok: true } : { ok: false, broken }
}
