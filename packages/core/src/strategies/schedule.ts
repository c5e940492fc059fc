import { courseOf, forecastSchedule } from '../forecast/schedule.ts'
import { qemuRamp } from '../schedule.ts'
import type { StrategyRecord } from './strategy.ts'

/** Acts by the clock, as another manager's schedule has them. */
export const schedule: StrategyRecord = {
  name: 'schedule',
  words: "Nova's schedule",
  live: true,
  comes: 'when-asked',
  risk: 5,
  deltas: 'go',
  forecast: ({ intent, facts, readings }) =>
    intent.schedule === undefined ? null : forecastSchedule(intent.schedule, facts, readings),
  because: ({ forecast }) => forecast.why,
  // QEMU's own limit until the schedule's first pause, and QEMU's own ramp.
  launch: ({ intent, facts }) => ({
    downtimeLimitMs: null,
    autoConverge: intent.schedule?.autoConverge === true ? qemuRamp : null,
    postCopy: intent.schedule?.postCopy === true && facts.postCopy.possible,
    asAnotherManager: true,
  }),
  stretches: ({ intent, facts, readings }) =>
    intent.schedule === undefined ? null : courseOf(intent.schedule, facts, readings.likely).stretches,
}
