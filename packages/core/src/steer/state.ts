import type { AbortCode } from '../errors.ts'
import type { Facts } from '../facts.ts'
import type { Strategy } from '../forecast/forecast.ts'
import type { Intent } from '../intent.ts'
import type { Plan } from '../plan/plan-shape.ts'
import { carriedBy } from '../plan/stream.ts'
import type { Range } from '../range.ts'
import type { Bytes, BytesPerSecond, Milliseconds, Percent } from '../units.ts'
import type { LinkEstimate } from './link-estimate.ts'
import { noLinkEstimate } from './link-estimate.ts'

interface ActBase {
  readonly why: string
  /** The figures behind the decision, for the report. */
  readonly numbers: Readonly<Record<string, number>>
}

/** What the shell is to do; each is safe to repeat. */
export type Act = ActBase &
  (
    | {
        readonly kind: 'set-downtime-limit'
        readonly downtimeMs: Milliseconds
        /** What QEMU is to reckon with instead of its own estimate, which is of bytes on the wire (QEMU 8.2); absent for that. */
        readonly switchoverBytesPerSecond?: BytesPerSecond
      }
    | { readonly kind: 'start-post-copy' }
    | { readonly kind: 'set-throttle'; readonly percent: Percent }
    /** Stops the guest where it is, so that the rest can be sent: a pause of a length that nobody knows beforehand. */
    | { readonly kind: 'suspend' }
    /** What the stream may use of the link; null for all of it. libvirt keeps another limit for after a switch to post-copy. */
    | { readonly kind: 'set-bandwidth'; readonly mebibytesPerSecond: number | null; readonly postCopyToo?: true }
    /** Nothing is asked of a host: what is wanted has changed, and from here on it is steered by that. */
    | { readonly kind: 'change-intent' }
    | { readonly kind: 'abort'; readonly reason: { readonly code: AbortCode; readonly message: string } }
  )

export type AbortAct = Extract<Act, { readonly kind: 'abort' }>

export interface Outlook {
  /** Milliseconds from now; null when no end is in sight. */
  readonly etaMs: Range | null
  /** 0 to 1; never runs backwards, moves only with bytes. */
  readonly progress: number
  readonly line: string
}

export interface Steering {
  readonly state: SteerState
  readonly acts: readonly Act[]
  /** Why something was decided just now; null when nothing was. */
  readonly why: string | null
  readonly outlook: Outlook
  /** How soon the next sample is wanted, unless something rings before. */
  readonly lookAgainMs: Milliseconds
}

/** What steering itself has set going. */
export type Stage = 'copying' | 'switching-over' | 'post-copy-asked' | 'post-copy' | 'aborting' | 'ended'

/** The end of a real pass. */
export interface Boundary {
  readonly pass: number
  readonly at: Milliseconds
  readonly leftBytes: Bytes
}

/** What a schedule has done; it is not asked of QEMU again, since the schedule's owner does not either. */
export interface ScheduleProgress {
  /** The last pause that was asked for, whether or not QEMU took it. */
  readonly downtimeMs: Milliseconds | null
  /** When the timeout's action was last taken. */
  readonly timeoutActedAt: Milliseconds | null
  readonly suspended: boolean
}

export interface PlannedStop {
  readonly at: Milliseconds
  readonly passBeganAt: Milliseconds
  /** R at the start of the pass. */
  readonly queuedBytes: Bytes
  /** What is foreseen to be left then. */
  readonly leftBytes: Bytes
}

/** Plain data, like the rest of the state. */
export interface DiskCopyState {
  readonly link: LinkEstimate
  readonly totalBytes: Bytes
  /** The least that was left, and how much had been copied by then. */
  readonly leastLeftBytes: Bytes
  readonly copiedAtLeastBytes: Bytes
}

/** Plain data: it is journaled before every act and re-read by another process. */
export interface SteerState {
  readonly version: 1
  readonly intent: Intent
  /** `dirtyWindows` grows by what the passes show. */
  readonly facts: Facts
  readonly strategy: Strategy
  readonly postCopyArmed: boolean
  /** The throttle that was launched, as last corrected; null for none. */
  readonly launchedThrottlePercent: Percent | null
  /** Whether QEMU was told to stay at that: left alone it goes on by its increment, beyond any intent. */
  readonly throttleCapped: boolean
  /** When the last attempt to tell it failed, and how many have. */
  readonly throttleFailed?: { readonly at: Milliseconds; readonly times: number }
  /** The clock that `now` is read from. */
  readonly startedAt: Milliseconds
  /** Taken over from a driver that died, and not looked at since. */
  readonly adopted: boolean
  readonly stage: Stage
  readonly stageAt: Milliseconds
  /** While aborting: with what reason. Absent where a schedule aborts, which repeats itself. */
  readonly abort?: AbortAct
  /** QEMU's downtime limit as last set or seen. */
  readonly limitMs: Milliseconds
  readonly lastPass: number
  /** Periodic syncs since the last boundary. */
  readonly syncsInPass: number
  /** Real passes that have ended. */
  readonly passesEnded: number
  readonly passStartedAt: Milliseconds | null
  /** How long the guest itself has run in this pass: less than the time that went by when it is throttled. */
  readonly passRanMs: Milliseconds
  readonly boundaries: readonly Boundary[]
  /** The least that any boundary left, and how many have passed since. */
  readonly leastLeftBytes: Bytes
  readonly leastLeftAt: Milliseconds
  readonly boundariesWithoutGain: number
  /** Boundaries in a row that brought no gain and found no lever. */
  readonly idleBoundaries: number
  /** Boundaries at which a quiet stretch of an unsteady guest was waited for, although a lever was at hand. */
  readonly quietAwaited: number
  /** A lever that is to be pulled inside this pass, where less will be left than at its start. */
  readonly stopPlanned: PlannedStop | null
  readonly stopsPlanned: number
  readonly postCopyAsked: number
  readonly switchoversTried: number
  readonly link: LinkEstimate
  /** With XBZRLE: the guest's bytes that the latest pass of deltas carried in a second; absent before one has ended. */
  readonly deltaRate?: BytesPerSecond
  /** What QEMU was told to judge its limit by, with it; absent where it goes by its own estimate. */
  readonly toldRate?: BytesPerSecond
  /** What the copy of the local disks has shown; absent before it began. */
  readonly disks?: DiskCopyState
  readonly last: { readonly at: Milliseconds; readonly remainingBytes: Bytes; readonly duty: number } | null
  readonly progress: number
  /** Only with an intent that is a schedule. */
  readonly scheduled?: ScheduleProgress
  /** Armed at the launch, but no longer permitted. */
  readonly postCopyWithdrawn?: true
}

function fresh(intent: Intent, facts: Facts, now: Milliseconds): SteerState {
  return {
    version: 1,
    intent,
    facts,
    strategy: 'pre-copy',
    postCopyArmed: false,
    launchedThrottlePercent: null,
    throttleCapped: false,
    startedAt: now,
    adopted: false,
    stage: 'copying',
    stageAt: now,
    limitMs: facts.defaultDowntimeLimitMs,
    lastPass: 0,
    passesEnded: 0,
    passStartedAt: null,
    passRanMs: 0,
    syncsInPass: 0,
    boundaries: [],
    leastLeftBytes: facts.memoryBytes * 2,
    leastLeftAt: now,
    boundariesWithoutGain: 0,
    idleBoundaries: 0,
    quietAwaited: 0,
    stopPlanned: null,
    stopsPlanned: 0,
    postCopyAsked: 0,
    switchoversTried: 0,
    link: noLinkEstimate,
    last: null,
    progress: 0,
  }
}

/** The state at the request; `now` is the start that the deadline counts from. From then on the facts are those of its stream. */
export function initialState(plan: Plan, intent: Intent, facts: Facts, now: Milliseconds): SteerState {
  return {
    ...fresh(intent, carriedBy(facts, plan.stream), now),
    strategy: plan.strategy ?? 'pre-copy',
    postCopyArmed: plan.launch.postCopy,
    launchedThrottlePercent: plan.launch.autoConverge?.initialPercent ?? null,
    limitMs: plan.launch.downtimeLimitMs ?? facts.defaultDowntimeLimitMs,
  }
}
