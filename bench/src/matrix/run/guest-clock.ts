import type { ProgressSample } from '@landfall/lab'
import type { GuestClock } from './run.ts'

const phaseMs = 5000

/** How long the guest ran between two moments of the host's monotonic clock, and how long it was busy if it has phases. */
export function guestClock(samples: readonly ProgressSample[], fromMs: number, toMs: number): GuestClock {
  const from = uptimeAt(samples, fromMs)
  const to = uptimeAt(samples, toMs)
  return { ranMs: Math.round(to - from), busyMs: Math.round(busyBefore(to) - busyBefore(from)) }
}

/** Between two samples the guest's clock is taken to run evenly. */
function uptimeAt(samples: readonly ProgressSample[], atMs: number): number {
  const next = samples.findIndex(({ atMonotonicMs }) => atMonotonicMs >= atMs)
  const after = samples[next] ?? samples.at(-1)
  const before = samples[next - 1] ?? after
  if (before === undefined || after === undefined) return Number.NaN
  const span = after.atMonotonicMs - before.atMonotonicMs
  const share = span <= 0 ? 0 : (atMs - before.atMonotonicMs) / span
  return before.uptimeMs + (after.uptimeMs - before.uptimeMs) * share
}

/** Busy in the first half of each ten seconds. */
const busyBefore = (uptimeMs: number): number =>
  Math.floor(uptimeMs / (2 * phaseMs)) * phaseMs + Math.min(phaseMs, uptimeMs % (2 * phaseMs))
