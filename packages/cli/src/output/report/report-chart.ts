import type { PastMigration } from '@landfall/api'
import { formatBytes, formatDuration } from '@landfall/core'
import { escapeHtml } from '../page/escape-html.ts'

const width = 960
const left = 84
const right = 16
const plotWidth = width - left - right

/** The curves of a migration on one time axis: what was left, predicted and seen; the guest's speed; the throttle. */
export function reportChart(migration: PastMigration): string {
  const { beganAt, samples, predicted, guestSpeed, report } = migration
  const seconds = (at: number): number => (at - beganAt) / 1000
  const endS = Math.max(
    1,
    (report.totalTimeMs ?? 0) / 1000,
    ...predicted.map(({ atMs }) => atMs / 1000),
    ...samples.map(({ at }) => seconds(at)),
  )
  const x = (s: number): number => left + (Math.max(0, s) / endS) * plotWidth
  const mostBytes = Math.max(
    1,
    ...samples.map((each) => each.remainingBytes),
    ...predicted.map((each) => each.remainingBytes),
  )
  const lanes: string[] = []
  // The marks of the decisions have a row of their own above the lanes.
  let top = 30
  const lane = (
    height: number,
    title: string,
    draw: (y: (share: number) => number) => string,
    ticks: readonly [number, string][],
  ): void => {
    const base = top + 14 + height
    const y = (share: number): number => base - Math.min(1.05, Math.max(0, share)) * height
    const grid = ticks.map(
      ([share, label]) =>
        `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(share)}" y2="${y(share)}"/><text class="tick" x="${left - 8}" y="${y(share) + 4}" text-anchor="end">${label}</text>`,
    )
    lanes.push(`<text class="title" x="${left}" y="${top + 4}">${title}</text>${grid.join('')}${draw(y)}`)
    top += height + 40
  }
  const line = (points: readonly (readonly [number, number])[], y: (share: number) => number): string =>
    points.map(([s, share], index) => `${index === 0 ? 'M' : 'L'}${x(s).toFixed(1)} ${y(share).toFixed(1)}`).join('')

  const copied = ['active', 'switchover', 'post-copy', 'post-copy-failed']
  const active = samples.filter(({ phase }) => copied.includes(phase))
  lane(
    230,
    'memory left to send',
    (y) =>
      `<path class="predicted" d="${line(
        predicted.map(({ atMs, remainingBytes }) => [atMs / 1000, remainingBytes / mostBytes]),
        y,
      )}"/>` +
      `<path class="seen" d="${line(
        active.map(({ at, remainingBytes }) => [seconds(at), remainingBytes / mostBytes]),
        y,
      )}"/>`,
    [
      [0, '0'],
      [0.5, formatBytes(mostBytes / 2)],
      [1, formatBytes(mostBytes)],
    ],
  )
  const known = guestSpeed.filter(({ at }) => at >= beganAt)
  lane(
    90,
    known.length === 0
      ? "the guest's speed: nobody watched it from outside"
      : "the guest's speed, 100 % before the migration",
    (y) =>
      known.length === 0
        ? ''
        : `<path class="speed" d="${line(
            known.map(({ at, share }) => [seconds(at), share]),
            y,
          )}"/>`,
    [
      [0, '0 %'],
      [1, '100 %'],
    ],
  )
  const throttled = samples.some(({ throttlePercent }) => throttlePercent > 0)
  lane(
    60,
    throttled ? 'throttle' : 'throttle: none',
    (y) =>
      throttled
        ? `<path class="throttle" d="${stepLine(samples.map(({ at, throttlePercent }) => [x(seconds(at)), y(throttlePercent / 100)]))}"/>`
        : '',
    [
      [0, '0 %'],
      [1, '100 %'],
    ],
  )
  const bottom = top - 22
  const decisions = report.decisions.map(({ at }, index) => {
    const at0 = seconds(typeof at === 'number' ? at : Date.parse(at))
    return `<line class="decision" x1="${x(at0)}" x2="${x(at0)}" y1="16" y2="${bottom}"/><circle class="mark" cx="${x(at0)}" cy="8" r="8"/><text class="number" x="${x(at0)}" y="12" text-anchor="middle">${index + 1}</text>`
  })
  const ticks = timeTicks(endS).map(
    (s) =>
      `<text class="tick" x="${x(s)}" y="${bottom + 16}" text-anchor="middle">${s === 0 ? '0' : escapeHtml(formatDuration(s * 1000))}</text>`,
  )
  return `<svg viewBox="0 -4 ${width} ${bottom + 26}" role="img" aria-label="The migration over time">${lanes.join('')}${decisions.join('')}${ticks.join('')}</svg>`
}

function stepLine(points: readonly (readonly [number, number])[]): string {
  return points
    .map(([px, py], index) =>
      index === 0 ? `M${px.toFixed(1)} ${py.toFixed(1)}` : `H${px.toFixed(1)}V${py.toFixed(1)}`,
    )
    .join('')
}

/** Whole, evenly spaced seconds, five to ten of them. */
export function timeTicks(endS: number): readonly number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400]
  const step = steps.find((each) => endS / each <= 9) ?? endS / 8
  return Array.from({ length: Math.floor(endS / step) + 1 }, (_, index) => index * step)
}
