import type { MigrationReport } from '@landfall/api'
import { unheardHost } from '@landfall/api'
import type { AfterTry, EndedTry, SteerState, TryFailure } from '@landfall/core'
import { afterTry, LandfallError, notAgainWords, transientFailures } from '@landfall/core'
import { LibvirtError } from '@landfall/libvirt'
import type { MigrationStory } from '../../store/story/story.ts'
import { actsDone } from '../../store/story/story.ts'
import type { Ending } from './driver/driver.ts'
import type { HandOver } from './hand-over.ts'

export interface LiveTry {
  readonly story: MigrationStory
  readonly report: MigrationReport
  readonly ending: Ending
  readonly handOver: HandOver
  readonly state: SteerState
  /** Something could not be put back, or removed. */
  readonly leftBehind: boolean
  readonly now: number
}

/** Whether a live migration that has ended so is tried again. Pure. */
export function afterLiveTry({ story, report, ending, handOver, state, leftBehind, now }: LiveTry): AfterTry {
  return afterTry({
    failure: ending.answerLost ? { kind: 'answer-lost' } : failureOf(ending.error),
    guest: guestOf(report, ending),
    switchoverBegan: switchoverBegan(story, ending, handOver, state),
    aborted: isAborted(story, report, ending),
    leftBehind,
    failed: story.failedTries.length + 1,
    intent: state.intent,
    deadlineAt: state.intent.deadlineMs === undefined ? null : story.beganAt + state.intent.deadlineMs,
    now,
  })
}

/** Why something could not be had from a host. */
export function failureOf(error: unknown): TryFailure {
  if (error instanceof LibvirtError) return { kind: 'answered', code: error.code, part: error.domainName }
  if (error instanceof LandfallError && error.code === 'host-unreachable') return { kind: 'host-silent' }
  if (unheardHost(error) !== null) return { kind: 'host-silent' }
  return { kind: 'other' }
}

/** With what can be done about a failure that may pass, where nobody permitted that it is tried again. */
export function withHint(report: MigrationReport, next: AfterTry): MigrationReport {
  const { reason } = report
  if (next.again || next.kind === null || reason.next !== undefined) return report
  if (next.because === 'not-permitted') {
    const { means } = transientFailures[next.kind]
    const hint = `It may pass by itself (${means}): ask again, or let it be tried again by the setting "retries"`
    return { ...report, reason: { ...reason, next: hint } }
  }
  if (next.because !== 'used-up' && next.because !== 'deadline') return report
  const message = `${reason.message}; not tried again: ${notAgainWords[next.because]}`
  return { ...report, reason: { ...reason, message } }
}

function guestOf({ outcome, reason }: MigrationReport, { whereabouts, answerLost }: Ending): EndedTry['guest'] {
  if (whereabouts.kind === 'unclear' && whereabouts.runsOnSource === true) return 'source-alone-says'
  const stayed = whereabouts.kind === 'stayed'
  return stayed && (outcome === 'failed' || (reason.code === 'not-moved' && answerLost)) ? 'source' : 'elsewhere'
}

/** Whoever asked for it: us, another process, or somebody by libvirt. */
function isAborted(story: MigrationStory, { outcome }: MigrationReport, { error, answerLost }: Ending): boolean {
  if (story.abortAsked !== null || actsDone(story).some(({ act }) => act.kind === 'abort')) return true
  if (error instanceof LibvirtError && error.code === 'VIR_ERR_OPERATION_ABORTED') return true
  return outcome === 'aborted' && !answerLost
}

const copyingStages: readonly SteerState['stage']['name'][] = ['copying', 'aborting']

/** Or may have begun: what was asked of QEMU for it counts, whether or not it was seen to happen. */
function switchoverBegan(
  story: MigrationStory,
  { lastSample, resumed }: Ending,
  { stoppedAt }: HandOver,
  { stage }: SteerState,
): boolean {
  const phase = lastSample?.phase ?? null
  const seen = phase !== null && !['preparing', 'copying-disks', 'active'].includes(phase)
  const asked = story.acts.some(({ act }) => act.kind === 'start-post-copy' || act.kind === 'suspend')
  return seen || asked || stoppedAt !== null || resumed > 0 || !copyingStages.includes(stage.name)
}
