import type { Range } from '@landfall/core'
import { forecastRange, forecastSeconds, formatBytes, formatDuration } from '@landfall/core'
import type { MigrationReport } from './report.ts'

/** Each figure with what was predicted and what came; for people. */
export function figuresOf(report: MigrationReport): [figure: string, predicted: string, actual: string][] {
  const { predicted } = report
  return [
    ['total time', forecastRange(predicted?.totalTimeMs ?? null), duration(report.totalTimeMs)],
    ['downtime', forecastRange(predicted?.downtimeMs ?? null), duration(report.downtimeMs)],
    ['longest stall', '', duration(report.longestStallMs)],
    [
      'lost work',
      forecastSeconds(predicted?.lostWorkSeconds ?? null),
      duration(report.lostWorkSeconds === null ? null : report.lostWorkSeconds * 1000),
    ],
    [
      'bytes sent',
      '',
      report.bytesSent === null ? 'not measured' : formatBytes(report.bytesSent) + carriedWith(report),
    ],
    ...(report.dirtyLogging === undefined ? [] : [loggingRow(report.dirtyLogging)]),
    ...(report.diskBytesCopied === undefined ? [] : [diskRow(report.diskBytesCopied)]),
    ['passes', '', report.passes === null ? 'not measured' : String(report.passes)],
  ]
}

/** Part of the lost work: a cost for each page that the guest first writes in a pass. */
function loggingRow(logging: NonNullable<MigrationReport['dirtyLogging']>): [string, string, string] {
  const { predictedMicrosecondsPerPage: predicted, seenMicrosecondsPerPage: seen } = logging
  return ['dirty logging', perPage(predicted), seen === null ? 'its passes do not tell' : perPage(seen)]
}

const perPage = ({ low, high }: Range): string => `${low.toFixed(1)} to ${high.toFixed(1)} µs a page`

const diskRow = (bytes: number): [string, string, string] => ['disk bytes copied', '', formatBytes(bytes)]

/** " by 2 streams, zstd", " with xbzrle"; nothing for one plain stream. */
function carriedWith({ stream }: MigrationReport): string {
  if (stream === undefined) return ''
  if (stream.parallelConnections === null) return stream.compression === null ? '' : ` with ${stream.compression}`
  const streams = `${stream.parallelConnections} ${stream.parallelConnections === 1 ? 'stream' : 'streams'}`
  return ` by ${streams}${stream.compression === null ? '' : `, ${stream.compression}`}`
}

function duration(ms: number | null): string {
  return ms === null ? 'not measured' : formatDuration(ms)
}

const decisionNames: Readonly<Record<string, string>> = {
  'set-downtime-limit': 'downtime limit set',
  'start-post-copy': 'switched to post-copy',
  'set-throttle': 'guest throttled',
  suspend: 'guest stopped',
  'set-bandwidth': 'bandwidth set',
  'change-intent': 'intent changed',
  abort: 'aborted',
}

export function decisionName(act: string): string {
  return decisionNames[act] ?? act
}
