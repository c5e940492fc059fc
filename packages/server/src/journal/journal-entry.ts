import type { Act, ColdTimes, Facts, Intent, Plan, SteerState, StoredState } from '@landfall/core'
import { storedState } from '@landfall/core'
import type { DiskToCopy, MadeDisk } from '../disks/disk-to-copy.ts'
import type { GuestSpeed, MigrationReport } from '../migration/migration-report.ts'
import type { KeptMark } from '../kept/kept-mark.ts'
import type { DriverIdentity } from './driver-identity.ts'
import type { KeptSample } from './kept-samples.ts'

/** What a migration has shown about its guest and its two hosts; for the forecasts of later ones. */
export interface MeasuredMove {
  /** From the request to the first byte. */
  readonly prepareMs: number | null
  /** From the guest running on the destination to the source being free. */
  readonly teardownMs: number | null
  readonly firstPassBytes: number | null
  readonly linkBytesPerSecond: number | null
  /** Of a cold one: how long the guest took. */
  readonly cold?: ColdTimes
}

/** What a migration is about; the first entry of its journal, written before anything is asked of a host. */
export interface MigrationRecord {
  readonly id: string
  readonly guest: { readonly name: string; readonly uuid: string }
  /** Whether the guest has a definition, which then moves with it. */
  readonly persistent: boolean
  readonly source: string
  readonly destination: string
  readonly intent: Intent
  readonly facts: Facts
  readonly plan: Plan
  /** The source QEMU's downtime limit before we touched it, to be put back if the guest stays. */
  readonly previousDowntimeLimitMs: number
  /** Local disks that are copied along; none when absent. */
  readonly disks?: readonly DiskToCopy[]
  /** Of a cold one. */
  readonly cold?: ColdRecord
}

/** What a cold migration does besides moving the guest. */
export interface ColdRecord {
  /** Let go of the source's definition at once, instead of keeping it until it is confirmed. */
  readonly confirmAtOnce: boolean
  /** The guest goes back to this definition, which an earlier one left on the destination; null for a move like any other. */
  readonly revertOf: KeptMark | null
}

/** One line of a journal. `at` is wall-clock time in milliseconds since 1970. */
export type JournalEntry =
  | { readonly at: number; readonly kind: 'begun'; readonly record: MigrationRecord; readonly driver: DriverIdentity }
  | { readonly at: number; readonly kind: 'launching' }
  | { readonly at: number; readonly kind: 'adopted'; readonly driver: DriverIdentity }
  /** By another process than the driver's, before it asks libvirt: libvirt's error does not always tell an abort from a failure. */
  | { readonly at: number; readonly kind: 'abort-asked'; readonly why: string }
  | { readonly at: number; readonly kind: 'state'; readonly state: StoredState }
  /** For the report alone: lost ones are missed in a picture, and by nobody else. */
  | { readonly at: number; readonly kind: 'sample'; readonly sample: KeptSample }
  | { readonly at: number; readonly kind: 'act'; readonly stage: 'intended' | 'done'; readonly act: Act }
  | { readonly at: number; readonly kind: 'act'; readonly stage: 'failed'; readonly act: Act; readonly error: string }
  /** A file on the destination that a local disk is copied into. */
  | {
      readonly at: number
      readonly kind: 'disk'
      readonly stage: 'intended' | 'made' | 'removed'
      readonly path: string
    }
  /** A cold move whose destination could not take the guest: it is to be started on its source again. */
  | { readonly at: number; readonly kind: 'going-back'; readonly why: string }
  /** What became of the source's definition after a cold move; the intention comes first, as everywhere. */
  | { readonly at: number; readonly kind: 'confirming' | 'confirmed' }
  | { readonly at: number; readonly kind: 'reverted'; readonly by: string }
  | {
      readonly at: number
      readonly kind: 'ended'
      readonly report: MigrationReport
      readonly measured?: MeasuredMove
      readonly guestSpeed?: readonly GuestSpeed[]
    }

/** What a driver has done, or may have: one that died between the intention and its end can have done it. */
export interface TakenAct {
  readonly at: number
  readonly pass: number
  readonly act: Act
  readonly certain: boolean
}

/** The story of one migration so far, as its journal tells it. */
export interface JournalStory {
  readonly record: MigrationRecord
  readonly beganAt: number
  readonly driver: DriverIdentity
  /** False while nothing was asked of any host yet. */
  readonly launched: boolean
  readonly state: SteerState | null
  /** In the order in which they were done; those that failed are not among them. */
  readonly acts: readonly TakenAct[]
  /** Whether a downtime limit was (or may have been) set, so that it has to be put back. */
  readonly touchedDowntimeLimit: boolean
  /** The same of the bounds of QEMU's throttle. */
  readonly touchedThrottle: boolean
  /** Files on the destination that were made for local disks, or may have been. */
  readonly madeDisks: readonly MadeDisk[]
  /** Why another process asked for an abort; null when none did. */
  readonly abortAsked: string | null
  readonly report: MigrationReport | null
  readonly measured: MeasuredMove | null
  /** Why a cold move goes back; null while it goes forward. */
  readonly goingBack: string | null
  /** What was asked for the definition that a cold move kept; null while nothing was. */
  readonly kept: 'confirming' | 'confirmed' | 'reverted' | null
}

/** Folds a journal's entries; null when even its first entry never reached the disk. */
export function tellStory(entries: readonly JournalEntry[]): JournalStory | null {
  const [first, ...rest] = entries
  if (first?.kind !== 'begun') return null
  let story: JournalStory = {
    record: first.record,
    beganAt: first.at,
    driver: first.driver,
    launched: false,
    state: null,
    acts: [],
    touchedDowntimeLimit: false,
    touchedThrottle: false,
    madeDisks: [],
    abortAsked: null,
    report: null,
    measured: null,
    goingBack: null,
    kept: null,
  }
  for (const entry of rest) story = continueStory(story, entry)
  return story
}

function continueStory(story: JournalStory, entry: JournalEntry): JournalStory {
  switch (entry.kind) {
    case 'begun':
    case 'sample':
      return story
    case 'launching':
      // The limit of the plan is set together with the launch.
      return { ...story, launched: true, touchedDowntimeLimit: story.record.plan.launch.downtimeLimitMs !== null }
    case 'adopted':
      return { ...story, driver: entry.driver }
    case 'abort-asked':
      return { ...story, abortAsked: entry.why }
    case 'state':
      return { ...story, state: storedState(entry.state) }
    case 'act': {
      const { kind } = entry.act
      return {
        ...story,
        acts: withAct(story, entry),
        touchedThrottle: story.touchedThrottle || kind === 'set-throttle',
        touchedDowntimeLimit: story.touchedDowntimeLimit || kind === 'set-downtime-limit',
      }
    }
    case 'disk': {
      const others = story.madeDisks.filter(({ path }) => path !== entry.path)
      const made = entry.stage === 'removed' ? [] : [{ path: entry.path, certain: entry.stage === 'made' }]
      return { ...story, madeDisks: [...others, ...made] }
    }
    case 'going-back':
      return { ...story, goingBack: entry.why }
    case 'confirming':
    case 'confirmed':
    case 'reverted':
      return { ...story, kept: entry.kind }
    case 'ended':
      return { ...story, report: entry.report, measured: entry.measured ?? null }
  }
}

/** Acts are made one at a time: an end belongs to the intention just before it. */
function withAct(
  { acts, state }: JournalStory,
  { at, stage, act }: Extract<JournalEntry, { kind: 'act' }>,
): readonly TakenAct[] {
  const latest = acts.at(-1)
  const isItsEnd = stage !== 'intended' && latest?.certain === false && latest.act.kind === act.kind
  const before = isItsEnd ? acts.slice(0, -1) : acts
  if (stage === 'failed') return before
  return [...before, { at, pass: state?.passes.latest ?? 0, act, certain: stage === 'done' }]
}
