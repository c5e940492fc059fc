import { scenarios } from '../../forecast/copying/scenario.ts'
import { strongestThrottle, throttleToJumpTo } from '../../forecast/throttle.ts'
import type { Milliseconds } from '../../units.ts'
import { formatPercent } from '../../units.ts'
import { throttleFailedLately } from './failed-act.ts'
import type { Decision } from './levers.ts'
import { nothing } from './levers.ts'
import { ratesOf } from '../observe/rates.ts'
import type { Sample } from '../observe/sample.ts'
import type { Situation } from '../observe/situation.ts'
import type { SteerState } from '../state.ts'

/** Percentage points: QEMU takes whole ones, and a smaller correction is within the curve's doubt. */
const leastChange = 2

/**
 * At a boundary of a migration that was launched with a throttle: the throttle worked out again from what the passes
 * and the link have shown. QEMU takes it at its next trigger (migration/ram.c: initial before the first, then up to the
 * maximum). Never more than the intent allows; nothing where it hardly differs.
 */
export function adjustThrottle(state: SteerState, sample: Sample, situation: Situation): Decision {
  const launched = state.throttle.percent
  if (launched === null) return nothing
  const { facts, intent } = state
  const { link } = situation
  const measured = {
    ...facts,
    link: { source: 'measured', bytesPerSecond: { low: link * 0.95, likely: link, high: link * 1.05 } },
  } as const
  const readings = scenarios(measured, intent.timeWorth)
  const computed = throttleToJumpTo(intent, measured, readings)
  // Of a guest whose speed is known only from below none can be computed: one that somebody else armed low would stay so for ever.
  const percent = computed ?? (situation.ahead.ends ? null : strongestThrottle(intent, measured, readings))
  if (percent === null || percent > intent.maxSlowdownPercent || percent < 1) return nothing
  if (Math.abs(percent - launched) < leastChange) return nothing
  // One that is on and enough is left alone; QEMU could lower it only at a trigger, which then does not come.
  if (sample.throttlePercent > 0 && (percent < launched || situation.ahead.ends)) return nothing
  const word = percent > launched ? 'more' : 'less'
  const why = `the passes show that ${word} throttle is needed: ${formatPercent(percent)} instead of ${formatPercent(launched)} (${ratesOf(situation)})`
  const numbers = { pass: sample.pass, percent, launchedPercent: launched, linkBytesPerSecond: Math.round(link) }
  return { act: { kind: 'set-throttle', percent, why, numbers }, why, idle: false }
}

/**
 * libvirt can set where QEMU's throttle begins and by what it grows, but not where it ends (migration parameters of
 * libvirt 12): without this QEMU goes on to 99 % in steps.
 */
export function capThrottle(state: SteerState, sample: Sample, now: Milliseconds): Decision | null {
  const percent = state.throttle.percent
  if (percent === null || state.throttle.capped || throttleFailedLately(state, now)) return null
  const why = `QEMU would raise its throttle at every trigger: the maximum is set to the ${formatPercent(percent)} that was chosen`
  return { act: { kind: 'set-throttle', percent, why, numbers: { pass: sample.pass, percent } }, why, idle: false }
}
