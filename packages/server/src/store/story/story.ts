import type { KeptSample, MigrationReport } from '@landfall/api'
import type { Act, SteerState } from '@landfall/core'
import { storedState } from '@landfall/core'
import type { MadeDisk } from '../../guests/disk-to-copy.ts'
import type { DriverIdentity } from '../driver-identity.ts'
import type { EndedTry, MigrationEntry } from './entry.ts'
import type { MeasuredMigration, MigrationRecord } from './record.ts'

/** What a driver has tried. One that died between the intention and its end may have done it, and so may one that failed. */
export interface TriedAct {
  readonly at: number
  readonly pass: number
  readonly act: Act
  readonly outcome: 'done' | 'failed' | 'unknown'
}

/** The story of one migration so far, as its entries tell it. */
export interface MigrationStory {
  readonly record: MigrationRecord
  readonly beganAt: number
  readonly driver: DriverIdentity
  /** False while nothing was asked of any host yet. */
  readonly launched: boolean
  readonly state: SteerState | null
  /** In the order in which they were tried. */
  readonly acts: readonly TriedAct[]
  /** The last sample that was kept; null before the first. */
  readonly lastSample: KeptSample | null
  /** The strongest that any sample has shown. */
  readonly maxThrottlePercent: number
  /** Files on the destination that were made for local disks, or may have been. */
  readonly madeDisks: readonly MadeDisk[]
  /** Why another process asked for an abort; null when none did. */
  readonly abortAsked: string | null
  readonly report: MigrationReport | null
  readonly measured: MeasuredMigration | null
  /** When the guest of a cold migration was first asked to shut down, or may have been; null while it was not. */
  readonly shutdownAskedAt: number | null
  /** Why a cold migration goes back; null while it goes forward. */
  readonly goingBack: string | null
  /** Tries that failed before this one, each with its end; what else is told here is of the newest. */
  readonly failedTries: readonly (EndedTry & { readonly endedAt: number })[]
  /** When the next try begins; null while one is under way. */
  readonly againAt: number | null
  /** Why no other try follows; null while one may. */
  readonly triesOver: string | null
  /** What was asked for the definition that a cold migration kept; null while nothing was. */
  readonly kept: 'confirming' | 'confirmed' | 'reverted' | null
}

/** The story of a migration of which nothing is known but what it is about. */
export function beginStory(record: MigrationRecord, beganAt: number, driver: DriverIdentity): MigrationStory {
  return {
    record,
    beganAt,
    driver,
    launched: false,
    state: null,
    acts: [],
    lastSample: null,
    maxThrottlePercent: 0,
    madeDisks: [],
    abortAsked: null,
    report: null,
    measured: null,
    shutdownAskedAt: null,
    goingBack: null,
    failedTries: [],
    againAt: null,
    triesOver: null,
    kept: null,
  }
}

/** Folds a migration's entries; null when even its first entry was never written. */
export function tellStory(entries: readonly MigrationEntry[]): MigrationStory | null {
  const [first, ...rest] = entries
  if (first?.kind !== 'begun') return null
  return rest.reduce(continueStory, beginStory(first.record, first.at, first.driver))
}

/** The story with one entry more. Pure. */
export function continueStory(story: MigrationStory, entry: MigrationEntry): MigrationStory {
  switch (entry.kind) {
    case 'begun':
    case 'starting':
      return story
    case 'cold-step':
      if (entry.step !== 'shut-down') return story
      return { ...story, shutdownAskedAt: story.shutdownAskedAt ?? entry.at }
    case 'sample': {
      const { sample } = entry
      const maxThrottlePercent = Math.max(story.maxThrottlePercent, sample.throttlePercent)
      return { ...story, lastSample: sample, maxThrottlePercent }
    }
    case 'launching':
    case 'found':
      return { ...story, launched: true }
    case 'adopted':
      return { ...story, driver: entry.driver }
    case 'abort-asked':
      return { ...story, abortAsked: entry.why }
    case 'state':
      return { ...story, state: storedState(entry.state) }
    case 'act':
      return { ...story, acts: withAct(story, entry) }
    case 'disk': {
      const others = story.madeDisks.filter(({ path }) => path !== entry.path)
      const made = entry.stage === 'removed' ? [] : [{ path: entry.path, certain: entry.stage === 'made' }]
      return { ...story, madeDisks: [...others, ...made] }
    }
    case 'going-back':
      return { ...story, goingBack: entry.why }
    case 'try-failed': {
      const failedTries = [...story.failedTries, { ...entry.failed, endedAt: entry.at }]
      return { ...story, failedTries, againAt: entry.againAt }
    }
    case 'trying-again': {
      const { driver, abortAsked, failedTries } = story
      return { ...beginStory(entry.record, entry.at, driver), abortAsked, failedTries }
    }
    case 'tries-over':
      return { ...story, againAt: null, triesOver: entry.why }
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
  { acts, state }: MigrationStory,
  { at, stage, act, pass }: Extract<MigrationEntry, { kind: 'act' }>,
): readonly TriedAct[] {
  const latest = acts.at(-1)
  const isItsEnd = stage !== 'intended' && latest?.outcome === 'unknown' && latest.act.kind === act.kind
  const before = isItsEnd ? acts.slice(0, -1) : acts
  const outcome = stage === 'intended' ? 'unknown' : stage
  return [...before, { at, pass: pass ?? state?.passes.latest ?? 0, act, outcome }]
}

/**
 * When the next try of a migration begins whose last one failed; null where none follows, as after an abort, and while one is under way. One that
 * was about to begin, of which no host was asked anything yet, is begun again.
 */
export function nextTryAt(story: MigrationStory): number | null {
  const { report, triesOver, abortAsked, againAt, launched, failedTries, beganAt } = story
  if (report !== null || triesOver !== null || abortAsked !== null) return null
  return againAt ?? (!launched && failedTries.length > 0 ? beganAt : null)
}

/** Whether anything was ever asked of a host for it. */
export const everLaunched = ({ launched, failedTries }: MigrationStory): boolean =>
  launched || failedTries.some(({ report }) => report !== null)

/** Begun, and neither ended, aborted, nor asked of any host: whoever asked for it may have it begun anew. */
export const isUnstarted = (story: MigrationStory): boolean =>
  story.report === null &&
  story.abortAsked === null &&
  story.madeDisks.length === 0 &&
  !everLaunched(story) &&
  nextTryAt(story) === null

/** What was done, or may have been by a driver that died. */
export const actsDone = ({ acts }: Pick<MigrationStory, 'acts'>): readonly TriedAct[] =>
  acts.filter(({ outcome }) => outcome !== 'failed')

/** Whether the source's downtime limit may differ from what it was before; a call that failed on our side may have counted. */
export function limitMayBeChanged({ record, launched, acts }: MigrationStory): boolean {
  // The limit of the plan is set together with the launch.
  return (
    (launched && record.plan.launch.downtimeLimitMs !== null) ||
    acts.some(({ act }) => act.kind === 'set-downtime-limit')
  )
}

/** The same of the bounds of QEMU's throttle. */
export const throttleMayBeChanged = ({ record, acts }: MigrationStory): boolean =>
  record.throttleLeft === true || acts.some(({ act }) => act.kind === 'set-throttle')
