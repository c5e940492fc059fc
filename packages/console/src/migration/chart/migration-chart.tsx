import type { CurvePoint, Range } from '@landfall/core'
import { formatBytes, formatPercent } from '@landfall/core'
import { useMemo } from 'react'
import type { Point } from '../story.ts'
import type { Lane } from './lanes.ts'
import { TimeChart } from './time-chart.tsx'

export interface ChartedMigration {
  readonly beganAt: number
  readonly points: readonly Point[]
  /** From the beginning. */
  readonly predicted: readonly CurvePoint[]
  readonly predictedTotalMs: Range | null
  readonly decidedAt: readonly number[]
  /** Empty where nobody watched the guest from outside. */
  readonly guestSpeed: readonly { readonly at: number; readonly share: number }[]
  readonly hasEnded: boolean
  /** How it stands, in words, for who does not see the picture. */
  readonly inWords: string
}

/** What was left to send, predicted and seen; what the guest felt of it; and what was decided when: on one axis of time. */
export function MigrationChart({ migration }: { migration: ChartedMigration }) {
  const { beganAt, points, predicted, predictedTotalMs, decidedAt, guestSpeed, hasEnded, inWords } = migration
  const seconds = (at: number): number => Math.max(0, (at - beganAt) / 1000)
  const marks = useMemo(() => decidedAt.map((at) => Math.max(0, (at - beganAt) / 1000)), [decidedAt, beganAt])
  const endS = Math.max(
    1,
    ...predicted.slice(-1).map(({ atMs }) => atMs / 1000),
    ...points.slice(-1).map(({ at }) => seconds(at)),
    ...marks,
    endShownMs(predictedTotalMs) / 1000,
  )
  const left: Lane = {
    title: 'memory left to send',
    height: 240,
    format: formatBytes,
    most: null,
    numbered: true,
    lines: [
      {
        name: 'predicted',
        colour: 'predicted',
        dashed: true,
        stepped: false,
        points: predicted.map(({ atMs, remainingBytes }) => [atMs / 1000, remainingBytes]),
      },
      {
        name: 'seen',
        colour: 'accent',
        dashed: false,
        stepped: false,
        points: points.map(({ at, remainingBytes }) => [seconds(at), remainingBytes]),
      },
    ],
  }
  const throttled = points.some(({ throttlePercent }) => throttlePercent > 0)
  const guest: Lane = {
    title: guestTitle(throttled, guestSpeed.length > 0),
    height: 80,
    format: formatPercent,
    most: 100,
    numbered: false,
    lines: [
      {
        name: 'throttle',
        colour: 'warn',
        dashed: false,
        stepped: true,
        points: throttled ? points.map(({ at, throttlePercent }) => [seconds(at), throttlePercent]) : [],
      },
      {
        name: 'speed',
        colour: 'accent',
        dashed: false,
        stepped: false,
        points: guestSpeed
          .filter(({ at }) => at >= beganAt)
          .map(({ at, share }) => [seconds(at), Math.min(105, share * 100)]),
      },
    ],
  }
  // Of one that has ended it is known that nothing was to be seen there.
  const shown = !hasEnded || throttled || guestSpeed.length > 0
  const band =
    predictedTotalMs === null ? null : { from: predictedTotalMs.low / 1000, to: predictedTotalMs.high / 1000 }
  return (
    <figure className="chart">
      <div role="img" aria-label={inWords}>
        <TimeChart lane={left} endS={endS} marks={marks} expectedEnd={band} last={!shown} />
        {shown && <TimeChart lane={guest} endS={endS} marks={marks} expectedEnd={band} last />}
      </div>
      <figcaption>
        {predicted.length > 0 && <span className="key predicted">predicted before the start</span>}
        {band !== null && <span className="key band">where the end was predicted</span>}
        <span className="key seen">as it {hasEnded ? 'went' : 'is'}</span>
        {marks.length > 0 && <span className="key decided">decisions, numbered below</span>}
      </figcaption>
    </figure>
  )
}

/** All of where the end was predicted, unless that is so wide that nothing else would be seen. */
const endShownMs = (range: Range | null): number => (range === null ? 0 : Math.min(range.high * 1.02, range.likely * 2))

function guestTitle(throttled: boolean, watched: boolean): string {
  const throttle = throttled ? 'throttle (orange)' : 'throttle: none'
  return watched ? `${throttle}; the guest's speed (green), 100 % before the migration` : throttle
}
