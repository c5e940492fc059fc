import type { Act, SteerState } from '@landfall/core'
import { storedState } from '@landfall/core'
import type { MadeDisk } from '../guests/disk-to-copy.ts'
import type { DriverIdentity } from './driver-identity.ts'
import type { JournalEntry } from './entry.ts'
import type { MigrationReport } from './migration-report.ts'
import type { MeasuredMigration, MigrationRecord } from './record.ts'

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
  readonly measured: MeasuredMigration | null
  /** Why a cold migration goes back; null while it goes forward. */
  readonly goingBack: string | null
  /** What was asked for the definition that a cold migration kept; null while nothing was. */
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

/** The strongest throttle that a journal shows. */
export function strongestThrottle(entries: readonly JournalEntry[]): number {
  return entries.reduce(
    (most, entry) => (entry.kind === 'sample' ? Math.max(most, entry.sample.throttlePercent) : most),
    0,
  )
}
