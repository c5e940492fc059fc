import type { Facts } from '../facts.ts'
import type { Forecast, Strategy } from '../forecast/forecast.ts'
import { gentleLimitMs } from '../forecast/gentle-limit.ts'
import type { Scenarios } from '../forecast/scenario.ts'
import { launchDowntimeLimitMs } from '../forecast/scenario.ts'
import type { Intent } from '../intent.ts'
import type { Schedule } from '../schedule.ts'
import { qemuRamp } from '../schedule.ts'
import type { Bytes, Milliseconds, Percent } from '../units.ts'
import type { Stream } from './stream.ts'
import { xbzrleCacheBytes } from './xbzrle-cache.ts'

/** What must be known when the migration is started: capabilities cannot be changed while it runs. */
export interface Launch {
  /** Arm post-copy (libvirt's POSTCOPY flag); it is switched to only by an act. */
  readonly postCopy: boolean
  /** libvirt's auto_converge.initial and .increment, jumping to the computed throttle at once; null leaves it off. */
  readonly autoConverge: { readonly initialPercent: Percent; readonly incrementPercent: Percent } | null
  /** To be set before or right after the start; null leaves QEMU's own limit alone. */
  readonly downtimeLimitMs: Milliseconds | null
  /** multifd connections; null for one stream. */
  readonly parallelConnections: number | null
  readonly compression: 'zstd' | 'xbzrle' | null
  /** Of XBZRLE: a power of two. Absent without. */
  readonly xbzrleCacheBytes?: Bytes
  /** Null for no limit of its own. */
  readonly bandwidthMiBps: number | null
  /** After the switch to post-copy, when the other counts no more; no limit when absent. */
  readonly postCopyBandwidthMiBps?: number
  readonly tls: boolean
  /** Targets of the disks that are copied along; none when absent. */
  readonly copyDisks?: readonly string[]
  /** The guest's writes to those wait until the destination has them: no copy has anything left to send when it stops. */
  readonly diskWritesWait?: true
}

export function launchFor(
  strategy: Strategy | null,
  intent: Intent,
  facts: Facts,
  stream: Stream,
  readings: Scenarios,
  forecasts: readonly Forecast[],
): Launch {
  if (intent.schedule !== undefined) return launchForSchedule(intent.schedule, intent, facts, stream)
  const live = strategy !== null && strategy !== 'cold'
  const limitMs =
    strategy === 'pre-copy' ? gentleLimitMs(intent, facts, readings) : launchDowntimeLimitMs(intent, facts)
  const percent = forecasts.find((each) => each.strategy === 'throttle')?.throttlePercent
  const postCopy = live && intent.postCopy !== 'never' && facts.postCopy.possible
  const bandwidthMiBps = intent.stream?.bandwidthMiBps ?? null
  const copyDisks = live ? (facts.localDisks ?? []).map(({ target }) => target) : []
  return {
    postCopy,
    autoConverge:
      strategy === 'throttle' && percent !== null && percent !== undefined
        ? { initialPercent: percent, incrementPercent: 1 }
        : null,
    downtimeLimitMs: live && limitMs < facts.defaultDowntimeLimitMs ? limitMs : null,
    parallelConnections: stream.parallelConnections,
    compression: stream.compression,
    ...(stream.compression === 'xbzrle' ? { xbzrleCacheBytes: xbzrleCacheBytes(facts) } : {}),
    bandwidthMiBps,
    ...(postCopy && bandwidthMiBps !== null ? { postCopyBandwidthMiBps: bandwidthMiBps } : {}),
    tls: intent.stream?.tls === true,
    ...(copyDisks.length === 0 ? {} : { copyDisks }),
    ...(copyDisks.length > 0 && facts.diskWritesWait === true ? { diskWritesWait: true } : {}),
  }
}

/** Nothing of ours: QEMU's own limit until the schedule's first pause, QEMU's own ramp, and no limit to post-copy's rate. */
function launchForSchedule(schedule: Schedule, intent: Intent, facts: Facts, stream: Stream): Launch {
  const copyDisks = (facts.localDisks ?? []).map(({ target }) => target)
  return {
    postCopy: schedule.postCopy && stream.parallelConnections === null && facts.postCopy.possible,
    autoConverge: schedule.autoConverge ? qemuRamp : null,
    downtimeLimitMs: null,
    parallelConnections: stream.parallelConnections,
    compression: stream.compression,
    bandwidthMiBps: intent.stream?.bandwidthMiBps ?? null,
    tls: intent.stream?.tls === true,
    ...(copyDisks.length === 0 ? {} : { copyDisks }),
  }
}
