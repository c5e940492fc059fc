import { decisionName } from '@landfall/api'
import type { SimulatedRun } from '@landfall/core'
import { formatBytes, formatDuration } from '@landfall/core'
import { table } from '../terminal/table.ts'

/** A simulated migration for people: its passes, what would be done when, and how it would end. */
export function renderSimulation(run: SimulatedRun): string[] {
  const rows = run.samples
    .filter(({ passStarted, pass }) => passStarted && pass > 0)
    .slice(0, mostShown)
    .map(({ pass, elapsedMs, remainingBytes, bytesSent, throttlePercent }) => [
      String(pass),
      formatDuration(elapsedMs),
      formatBytes(remainingBytes),
      formatBytes(bytesSent),
      throttlePercent === 0 ? '' : `${throttlePercent} %`,
    ])
  const titles = ['pass', 'begins after', 'to send', 'sent before', 'throttle'].map((title) => ({ title }))
  const acts = run.acts.map(({ atMs, act }) => `  after ${formatDuration(atMs)}: ${decisionName(act.kind)}: ${act.why}`)
  const end =
    run.outcome === 'completed'
      ? `completed after ${formatDuration(run.totalTimeMs)}, downtime ${formatDuration(run.downtimeMs)}, ${formatDuration(run.lostWorkSeconds * 1000)} of the guest's work lost, ${formatBytes(run.bytesSent)} sent`
      : run.outcome
  return [
    'Simulated, a guest that writes evenly as this one was measured to:',
    ...table(titles, rows).map((line) => `  ${line}`),
    ...acts,
    `  ${end}`,
  ]
}

const mostShown = 30

/** The same for scripts: the figures, the acts, and the beginning of each pass. */
export function simulationJson(run: SimulatedRun): object {
  const { outcome, totalTimeMs, downtimeMs, longestStallMs, lostWorkSeconds, bytesSent, maxThrottlePercent, acts } = run
  const passes = run.samples
    .filter(({ passStarted, pass }) => passStarted && pass > 0)
    .map(({ pass, elapsedMs, remainingBytes }) => ({ pass, atMs: elapsedMs, remainingBytes }))
  const figures = { outcome, totalTimeMs, downtimeMs, longestStallMs, lostWorkSeconds, bytesSent, maxThrottlePercent }
  return { ...figures, acts, passes }
}
