import type { SteerState } from './state.ts'

/** The state as journals had it before its fields were grouped. */
interface FlatState extends Pick<
  SteerState,
  'intent' | 'facts' | 'strategy' | 'startedAt' | 'adopted' | 'link' | 'disks' | 'last' | 'progress'
> {
  readonly version: 1
  readonly stage: SteerState['stage']['name']
  readonly stageAt: number
  readonly abort?: SteerState['stage']['abort']
  readonly lastPass: number
  readonly passesEnded: number
  readonly passStartedAt: number | null
  readonly passRanMs: number
  readonly syncsInPass: number
  readonly boundaries: SteerState['passes']['boundaries']
  readonly leastLeftBytes: number
  readonly leastLeftAt: number
  readonly boundariesWithoutGain: number
  readonly launchedThrottlePercent: number | null
  readonly throttleCapped: boolean
  readonly throttleFailed?: SteerState['throttle']['failed']
  readonly postCopyArmed: boolean
  readonly postCopyWithdrawn?: true
  readonly postCopyAsked: number
  readonly limitMs: number
  readonly switchoversTried: number
  readonly stopPlanned: SteerState['switchover']['plannedStop']
  readonly stopsPlanned: number
  readonly idleBoundaries: number
  readonly quietAwaited: number
  readonly deltaRate?: number
  readonly toldRate?: number
  readonly scheduled?: SteerState['schedule']
}

/** A state as this version or an earlier one stored it. */
export type StoredState = SteerState | FlatState

/** A stored state as it is now. Pure. */
export function storedState(stored: StoredState): SteerState {
  if (stored.version !== 1) return stored
  const { intent, facts, strategy, startedAt, adopted, link, disks, last, progress, scheduled } = stored
  return {
    version: 2,
    intent,
    facts,
    strategy,
    startedAt,
    adopted,
    stage: { name: stored.stage, since: stored.stageAt, ...present('abort', stored.abort) },
    passes: {
      latest: stored.lastPass,
      ended: stored.passesEnded,
      startedAt: stored.passStartedAt,
      ranMs: stored.passRanMs,
      syncs: stored.syncsInPass,
      boundaries: stored.boundaries,
      leastLeftBytes: stored.leastLeftBytes,
      leastLeftAt: stored.leastLeftAt,
      withoutGain: stored.boundariesWithoutGain,
    },
    throttle: {
      percent: stored.launchedThrottlePercent,
      capped: stored.throttleCapped,
      ...present('failed', stored.throttleFailed),
    },
    postCopy: {
      armed: stored.postCopyArmed,
      asked: stored.postCopyAsked,
      ...present('withdrawn', stored.postCopyWithdrawn),
    },
    switchover: {
      limitMs: stored.limitMs,
      tried: stored.switchoversTried,
      plannedStop: stored.stopPlanned,
      stopsPlanned: stored.stopsPlanned,
    },
    waiting: { idleBoundaries: stored.idleBoundaries, quietAwaited: stored.quietAwaited },
    link,
    deltas: {
      ...present('bytesPerSecond', stored.deltaRate),
      ...present('toldBytesPerSecond', stored.toldRate),
    },
    ...present('disks', disks),
    ...present('schedule', scheduled),
    last,
    progress,
  }
}

/** `{ key: value }`, or nothing where there is none. */
const present = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value })
