import type { KeptSample } from '@landfall/api'
import type { Sample } from '@landfall/core'

const shortestMs = 250
/** Later ones are kept further apart, by 1 % of the time since the start: a minute of migration takes some two hundred, a day nine hundred. */
const shareOfElapsed = 1 / 100

/** Whether a sample says enough beyond the last one that was kept. Pure. */
export function isKept(last: KeptSample | null, sample: Sample, at: number): boolean {
  if (last === null || sample.passStarted || sample.phase !== last.phase) return true
  if (sample.throttlePercent !== last.throttlePercent) return true
  return at - last.at >= Math.max(shortestMs, sample.elapsedMs * shareOfElapsed)
}

export const kept = (sample: Sample, at: number): KeptSample => ({
  at,
  pass: sample.pass,
  phase: sample.phase,
  remainingBytes: sample.remainingBytes,
  bytesSent: sample.bytesSent,
  throttlePercent: sample.throttlePercent,
})
