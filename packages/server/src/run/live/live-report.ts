import type { MigrationReport } from '@landfall/api'
import type { Plan, Predicted, Range, Report } from '@landfall/core'
import { advise, mapRange, predictedBy, qemuDowntimeLimitMs, strategyTaken } from '@landfall/core'
import { LibvirtError } from '@landfall/libvirt'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { GuestMeasurement } from '../../store/story/guest-meter.ts'
import { decisionsOf, failedTriesOf } from '../../store/story/so-far.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { actsDone } from '../../store/story/story.ts'
import type { Ending } from './driver/driver.ts'
import type { HandOver } from './hand-over.ts'
import { nothingSeen } from './hand-over.ts'
import { ResumeObstacle } from './driver/resume-obstacle.ts'

export interface ReportInput {
  readonly story: MigrationStory
  readonly ending: Ending
  readonly handOver: HandOver
  readonly measurement: GuestMeasurement | null
  /** Of a guest under KVM. */
  readonly dirtyLogging?: Report['dirtyLogging'] | undefined
  /** Whether it was steered from here, by this intent. */
  readonly isSteered?: boolean
}

/** Puts together how a migration ended. Pure. */
export function reportOf({
  story,
  ending,
  handOver,
  measurement,
  dirtyLogging,
  isSteered = true,
}: ReportInput): MigrationReport {
  const { record, beganAt } = story
  const { plan } = record
  const strategy = strategyTaken(plan.strategy, {
    acts: actsDone(story).map(({ act }) => act),
    maxThrottlePercent: story.maxThrottlePercent,
    launchedLimitMs: plan.launch.downtimeLimitMs ?? qemuDowntimeLimitMs,
  })
  const { completed } = handOver
  return {
    id: record.id,
    guest: record.guest.name,
    startedAt: new Date(beganAt).toISOString(),
    endedAt: new Date(ending.endedAt).toISOString(),
    ...outcomeOf(story, ending),
    strategy,
    source: record.source,
    destination: record.destination,
    totalTimeMs: ending.endedAt - beganAt,
    downtimeMs: downtimeOf(handOver),
    ...(isSteered ? { maxPauseMs: (story.state?.intent ?? record.intent).maxPauseMs } : {}),
    longestStallMs: rounded(measurement?.longestStallMs, 1),
    lostWorkSeconds: rounded(measurement?.lostWorkSeconds, 1000),
    measuredBy: measurement === null ? null : 'guest counters',
    bytesSent: completed?.memoryProcessedBytes ?? ending.lastSample?.bytesSent ?? null,
    ...disksIn(record, ending),
    passes: completed?.memoryIteration ?? ending.lastSample?.pass ?? null,
    ...carriedOf(plan),
    maxThrottlePercent: story.maxThrottlePercent,
    ...(dirtyLogging === undefined ? {} : { dirtyLogging }),
    predicted: roundedPrediction(predictedBy(plan, strategy)),
    decisions: decisionsOf(story),
    ...(story.failedTries.length === 0 ? {} : { failedTries: failedTriesOf(story) }),
  }
}

/**
 * How a migration ended between two tries, with its guest on its source as before: aborted, or not tried again. The figures are
 * those of the last try that was launched. Pure.
 */
export function endedBetweenTries(story: MigrationStory, now: number): MigrationReport {
  const ending: Ending = {
    whereabouts: { kind: 'stayed' },
    error: null,
    lastSample: null,
    passes: 0,
    endedAt: now,
    resumed: 0,
    answerLost: false,
  }
  const told = reportOf({ story, ending, handOver: nothingSeen, measurement: null })
  const last = story.failedTries.findLast(({ report }) => report !== null)?.report
  if (last === undefined || last === null) return { ...told, strategy: null }
  const { outcome, reason, failedTries = [] } = told
  return { ...last, outcome, reason, failedTries }
}

/** The source's files are kept: nobody but their owner can say that the guest is well where it is now. */
function disksIn(
  { disks = [], source }: MigrationRecord,
  { lastSample, whereabouts }: Ending,
): Pick<MigrationReport, 'diskBytesCopied' | 'disksLeft'> {
  if (disks.length === 0) return {}
  const diskBytesCopied = lastSample?.disks?.copiedBytes
  return {
    ...(diskBytesCopied === undefined ? {} : { diskBytesCopied }),
    ...(whereabouts.kind === 'landed'
      ? { disksLeft: disks.map(({ target, path }) => ({ host: source, target, path })) }
      : {}),
  }
}

/** Journals of before it was told have none. */
function carriedOf({ stream }: Partial<Pick<Plan, 'stream'>>): Pick<Report, 'stream'> {
  if (stream === undefined) return {}
  const { parallelConnections, compression, why } = stream
  return { stream: { parallelConnections, compression, why } }
}

/** Figures are given as finely as they are known: milliseconds. */
function rounded(value: number | null | undefined, perUnit: number): number | null {
  return value === null || value === undefined ? null : Math.round(value * perUnit) / perUnit
}

function roundedRange(range: Range | null, perUnit: number): Range | null {
  return range === null ? null : mapRange(range, (value) => Math.round(value * perUnit) / perUnit)
}

function roundedPrediction(predicted: Predicted | null): Predicted | null {
  if (predicted === null) return null
  return {
    finishes: predicted.finishes,
    totalTimeMs: roundedRange(predicted.totalTimeMs, 1),
    downtimeMs: roundedRange(predicted.downtimeMs, 1),
    lostWorkSeconds: roundedRange(predicted.lostWorkSeconds, 1000),
  }
}

/** A migration that was refused before anything was asked of a host. */
export function refusalReport(
  guest: string,
  source: string,
  destination: string,
  plan: Plan,
  now: number,
): MigrationReport {
  const at = new Date(now).toISOString()
  return {
    id: '',
    guest,
    startedAt: at,
    endedAt: at,
    outcome: 'refused',
    reason: plan.reason,
    strategy: null,
    source,
    destination,
    totalTimeMs: null,
    downtimeMs: null,
    longestStallMs: null,
    lostWorkSeconds: null,
    measuredBy: null,
    bytesSent: null,
    passes: null,
    maxThrottlePercent: 0,
    predicted: null,
    decisions: [],
  }
}

/**
 * Seen from outside where both ends were seen, else by QEMU's own account. The two clocks are ours and the events'
 * delays alike, so the difference is good to some milliseconds.
 */
function downtimeOf({ stoppedAt, resumedAt, completed }: HandOver): number | null {
  const byQemu = completed?.downtimeNetMs ?? completed?.downtimeMs ?? null
  if (stoppedAt === null || resumedAt === null) return byQemu
  return Math.max(resumedAt - stoppedAt, 0)
}

function outcomeOf(story: MigrationStory, ending: Ending): Pick<Report, 'outcome' | 'reason'> {
  const { whereabouts, resumed, error } = ending
  const { record, abortAsked } = story
  const { guest, source, destination } = record
  const abort = actsDone(story)
    .map(({ act }) => act)
    .findLast((act) => act.kind === 'abort')
  switch (whereabouts.kind) {
    case 'landed': {
      const left = (record.disks ?? []).map(({ path }) => path).join(', ')
      const message = `${guest.name} runs on ${destination}${left === '' ? '' : `; its old local disks are still on ${source}: ${left}`}`
      if (resumed === 0) return { outcome: 'completed', reason: { code: 'landed', message } }
      return {
        outcome: 'recovered',
        reason: { code: 'post-copy-resumed', message: `${message}; a broken stream was resumed (attempt ${resumed})` },
      }
    }
    case 'stayed': {
      const stays = `${guest.name} runs on ${source} as before`
      if (abort !== undefined) {
        return { outcome: 'aborted', reason: { ...abort.reason, message: `${abort.reason.message}; ${stays}` } }
      }
      if (abortAsked !== null) {
        return { outcome: 'aborted', reason: { code: 'asked', message: `${abortAsked}; ${stays}` } }
      }
      if (error instanceof LibvirtError && error.code === 'VIR_ERR_OPERATION_ABORTED') {
        return { outcome: 'aborted', reason: { code: 'asked', message: `aborted by someone else; ${stays}` } }
      }
      const lastTry = story.failedTries.at(-1)
      if (story.triesOver !== null && lastTry !== undefined) {
        const message = `${lastTry.reason.message}; not tried again: ${story.triesOver}; ${stays}`
        return { outcome: 'failed', reason: { code: 'migration-failed', message } }
      }
      if (error === null) {
        // Found running and then gone: libvirt keeps no record of a migration that did not succeed.
        return { outcome: 'aborted', reason: { code: 'not-moved', message: `it ended without having moved; ${stays}` } }
      }
      const instead =
        record.plan.launch.compression !== null && /multifd|compression|zstd|xbzrle/i.test(describe(error))
      const hint = instead ? '; try it without compression' : ''
      return { outcome: 'failed', reason: { code: 'migration-failed', message: `${describe(error)}; ${stays}${hint}` } }
    }
    case 'post-copy-broken':
      if (whereabouts.destinationLost === true) {
        return {
          outcome: 'failed',
          reason: {
            code: 'post-copy-broken',
            message: `the post-copy stream broke, and ${destination} has nothing of ${guest.name} any more (${describe(error)}): its newest memory is gone, and what ${source} holds cannot go on`,
            next: advise`look at why it ended on ${destination}; then end what is left on ${source} (virsh destroy ${guest.name}) and start it there anew from its disks`,
          },
        }
      }
      return {
        outcome: 'failed',
        reason: {
          code: 'post-copy-broken',
          message: `the post-copy stream broke and could not be resumed (${describe(error)}); each host holds a part of the guest: destroy neither`,
          next:
            error instanceof ResumeObstacle
              ? advise`leave both as they are until it is decided to start ${guest.name} anew from its disks: what was in memory only is lost by that`
              : advise`once the link is back, ${{ action: 'watch', guest: guest.name }} tries again`,
        },
      }
    case 'gone':
      return { outcome: 'failed', reason: { code: 'guest-gone', message: `${whereabouts.why} (${describe(error)})` } }
    case 'migrating':
    case 'unclear': {
      const why = whereabouts.kind === 'unclear' ? whereabouts.why : 'the migration still runs'
      return {
        outcome: 'failed',
        reason: {
          code: 'unclear',
          message: `cannot tell where ${guest.name} is: ${why}${error === null ? '' : ` (${describe(error)})`}`,
          next: advise`look at both hosts before you start it anywhere; ${{ action: 'watch', guest: guest.name }} takes it up again`,
        },
      }
    }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'no error was reported'
}
