import type { AbortCode } from '../errors/errors.ts'
import type { Facts } from '../facts.ts'
import type { Strategy } from '../forecast/forecast.ts'
import type { Intent } from '../intent.ts'
import type { Plan } from '../plan/plan-shape.ts'
import { carriedBy } from '../plan/stream/stream.ts'
import type { Range } from '../range.ts'
import type { Bytes, BytesPerSecond, Milliseconds, Percent } from '../units.ts'
import type { LinkEstimate } from './observe/link-estimate.ts'
import { noLinkEstimate } from './observe/link-estimate.ts'

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
  /** Whether the guest was asked to be stopped, and so may stand still because of that. */
  readonly suspended: boolean
  /** The last time in vain, as far as anybody heard. */
  readonly suspendFailed?: true
}

export interface PlannedStop {
  readonly at: Milliseconds
  readonly passBeganAt: Milliseconds
  /** R at the start of the pass. */
  readonly queuedBytes: Bytes
  /** What is expected to be left then. */
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

/** What steering itself has set going, and since when. */
export interface StageState {
  readonly name: Stage
  readonly since: Milliseconds
  /** While aborting: with what reason. Absent where a schedule aborts, which repeats itself. */
  readonly abort?: AbortAct
}

/** What the passes have shown. */
export interface PassesState {
  /** The latest that was seen; 0 before the first. */
  readonly latest: number
  /** Real passes that have ended. */
  readonly ended: number
  readonly startedAt: Milliseconds | null
  /** How long the guest itself has run in this pass: less than the time that went by when it is throttled. */
  readonly ranMs: Milliseconds
  /** Periodic syncs since the last boundary. */
  readonly syncs: number
  readonly boundaries: readonly Boundary[]
  /** The least that any boundary left, and how many have passed since. */
  readonly leastLeftBytes: Bytes
  readonly leastLeftAt: Milliseconds
  readonly withoutGain: number
}

export interface ThrottleState {
  /** The throttle that was launched, as last corrected; null for none. */
  readonly percent: Percent | null
  /** Whether QEMU was told to stay at that: left alone it goes on by its increment, beyond any intent. */
  readonly capped: boolean
  /** When the last attempt to tell it failed, and how many have. */
  readonly failed?: { readonly at: Milliseconds; readonly times: number }
}

export interface PostCopyState {
  readonly armed: boolean
  /** Armed at the launch, but no longer permitted. */
  readonly withdrawn?: true
  /** How often the switch was asked for. */
  readonly asked: number
  /** When that was last refused, or not heard; absent where it never was. */
  readonly failedAt?: Milliseconds
}

/**
 * What QEMU has sent waits in the sockets of both hosts, and a guest that is stopped stands still until it has gone through.
 * They are drained once in a migration, if at all.
 */
export type SocketsState = { readonly kind: 'filled' } | LimitedStream | { readonly kind: 'drained' }

export interface LimitedStream {
  /** More slowly than the link carries it; or a little faster, so that they fill again without a burst. */
  readonly kind: 'draining' | 'refilling'
  readonly since: Milliseconds
  /** At the latest. */
  readonly until: Milliseconds
  /** What goes through. */
  readonly bytesPerSecond: BytesPerSecond
}

/** While QEMU is not left to send as fast as the link takes it; null else. */
export const limitedStream = ({ sockets }: SwitchoverState): LimitedStream | null =>
  sockets?.kind === 'draining' || sockets?.kind === 'refilling' ? sockets : null

export interface SwitchoverState {
  /** QEMU's downtime limit as last set or seen. */
  readonly limitMs: Milliseconds
  /** How often it was raised so that QEMU stops the guest. */
  readonly tried: number
  /** A lever that is to be pulled inside this pass, where less will be left than at its start. */
  readonly plannedStop: PlannedStop | null
  readonly stopsPlanned: number
  /** Absent where the stream is never slowed down: of a launch that is not ours, or with a limit of its own. */
  readonly sockets?: SocketsState
}

export interface WaitingState {
  /** Boundaries in a row that brought no gain and found no lever. */
  readonly idleBoundaries: number
  /** Boundaries at which a quiet phase of a guest that writes in bursts was waited for, although a lever was at hand. */
  readonly quietAwaited: number
}

/** With XBZRLE. */
export interface DeltasState {
  /** The guest's bytes that the latest pass of deltas carried in a second; absent before one has ended. */
  readonly bytesPerSecond?: BytesPerSecond
  /** What it carried at least, where that is all that can be told of it, and one before it carried more. */
  readonly leastBytesPerSecond?: BytesPerSecond
  /** What QEMU was told to judge its limit by; absent where it goes by its own estimate. */
  readonly toldBytesPerSecond?: BytesPerSecond
  /** What it was told before that was taken back: whether QEMU heard of it, only the driver that did it knows. */
  readonly takenBackBytesPerSecond?: BytesPerSecond
}

/** What passes of deltas have shown. */
export type DeltaRate = Pick<DeltasState, 'bytesPerSecond' | 'leastBytesPerSecond'>

export interface LastLook {
  readonly at: Milliseconds
  readonly remainingBytes: Bytes
  /** Absent in a state that an earlier version stored. */
  readonly sentBytes?: Bytes
  readonly duty: number
}

/** Plain data: it is stored before every act and read again by another process; see {@link storedState}. */
export interface SteerState {
  readonly version: 2
  readonly intent: Intent
  /** `dirtyWindows` grows by what the passes show. */
  readonly facts: Facts
  readonly strategy: Strategy
  /** The clock that `now` is read from. */
  readonly startedAt: Milliseconds
  /** Taken over from a driver that died, and not looked at since. */
  readonly adopted: boolean
  readonly stage: StageState
  readonly passes: PassesState
  readonly throttle: ThrottleState
  readonly postCopy: PostCopyState
  readonly switchover: SwitchoverState
  readonly waiting: WaitingState
  readonly link: LinkEstimate
  readonly deltas: DeltasState
  /** What the copy of the local disks has shown; absent before it began. */
  readonly disks?: DiskCopyState
  /** Only with an intent that is a schedule. */
  readonly schedule?: ScheduleProgress
  readonly last: LastLook | null
  readonly progress: number
}

/** The state at the request; `now` is the start that the deadline counts from. From then on the facts are those of its stream. */
export function initialState(plan: Plan, intent: Intent, facts: Facts, now: Milliseconds): SteerState {
  const { launch, strategy, stream } = plan
  return {
    version: 2,
    intent,
    facts: carriedBy(facts, stream),
    strategy: strategy ?? 'pre-copy',
    startedAt: now,
    adopted: false,
    stage: { name: 'copying', since: now },
    passes: {
      latest: 0,
      ended: 0,
      startedAt: null,
      ranMs: 0,
      syncs: 0,
      boundaries: [],
      leastLeftBytes: facts.memoryBytes * 2,
      leastLeftAt: now,
      withoutGain: 0,
    },
    throttle: { percent: launch.autoConverge?.initialPercent ?? null, capped: false },
    postCopy: { armed: launch.postCopy, asked: 0 },
    switchover: {
      limitMs: launch.downtimeLimitMs ?? facts.defaultDowntimeLimitMs,
      tried: 0,
      plannedStop: null,
      stopsPlanned: 0,
      // Another's launch has no limit that we set, and what its owner allowed the stream is theirs.
      ...(launch.downtimeLimitMs !== null && launch.bandwidthMiBps === null ? { sockets: { kind: 'filled' } } : {}),
    },
    waiting: { idleBoundaries: 0, quietAwaited: 0 },
    link: noLinkEstimate,
    deltas: {},
    last: null,
    progress: 0,
  }
}
