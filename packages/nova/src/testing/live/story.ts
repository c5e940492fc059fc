import type { CauseCode, MigrationOutcome } from '../../diagnosis/finding.ts'
import type { Release } from '../../options/release.ts'
import { dataGiB } from '../../rules/schedule.ts'
import type { Dice } from '../lines/dice.ts'
import type { CopiedGuest } from './guest-copy.ts'
import type { LogLevel } from '../lines/host-log.ts'
import type { LiveCourse } from './live-course.ts'
import type { LiveSpec } from './live-spec.ts'
import { defaultOptions } from './live-spec.ts'
import type { MigrationTruth, ProvenCause } from '../truth/truth.ts'

export const MiB = 2 ** 20
export const GiB = 2 ** 30

/** A live migration that is going to happen, and how its truth follows from its course. */
export interface LiveStory {
  readonly spec: LiveSpec
  readonly truth: (course: LiveCourse) => MigrationTruth
}

/** What all stories of one log share. */
export interface Setting {
  readonly dice: Dice
  readonly release: Release
  readonly level: LogLevel
  readonly source: string
  readonly destination: string
  readonly startAt: number
  /** What the hosts' link carries: the same for all their migrations, where nothing else is said. */
  readonly linkBytesPerSecond: number
}

export type Causes = (course: LiveCourse) => {
  readonly causes?: readonly ProvenCause[]
  readonly mayBe?: readonly CauseCode[]
  readonly outcomeMayBe?: readonly MigrationOutcome[]
  readonly outcome?: MigrationOutcome
  readonly mustBeFound?: boolean
  readonly orphanOn?: string | null
}

const outcomes = {
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'failed',
  refused: 'refused',
  restarted: 'failed',
  silent: 'unknown',
  running: 'running',
} as const

export const story = (spec: LiveSpec, causes: Causes): LiveStory => ({
  spec,
  truth: (course) => {
    const says = causes(course)
    const { told } = course
    const named = Object.values(told)
    return {
      kind: 'live',
      instance: spec.instance,
      from: spec.source,
      to: spec.destination,
      startedAt: course.startedAt,
      endedAt: course.endedAt,
      outcome: says.outcome ?? outcomes[course.ended],
      outcomeMayBe: says.outcomeMayBe ?? [],
      outcomeProvenAt: told.outcome ?? told.refusal ?? told['queue-cancelled'] ?? told.restart ?? null,
      causes: says.causes ?? [],
      causesMayBe: says.mayBe ?? [],
      mustBeFound: says.mustBeFound ?? named.length > 0,
      destinationIsTold: course.ended === 'completed',
      orphanOn: says.orphanOn ?? null,
      passes: course.passes === 0 ? null : course.passes,
      linkBytesPerSecond: course.points.length >= 2 ? spec.guest.linkBytesPerSecond : null,
      writeBytesPerSecond: spec.guest.writeBytesPerSecond,
    }
  },
})

export const nothing: Causes = () => ({})
export const always = -Infinity
export const proves = (code: CauseCode, provenAt: number | undefined): ProvenCause[] =>
  provenAt === undefined ? [] : [{ anyOf: [code], provenAt }]

/** So many times its memory has gone over the link: after that, passes that shrink are no explanation any more. */
const provingTimes = 3.2

export const plateauProof = ({ points }: LiveCourse, { guest }: LiveSpec): ProvenCause[] =>
  proves(
    'guest-writes-faster-than-link',
    points.find(({ processedBytes }) => processedBytes >= provingTimes * guest.totalBytes)?.at,
  )

export function base({ dice, source, destination, startAt }: Setting, guest: CopiedGuest, memoryMiB: number): LiveSpec {
  return {
    instance: dice.uuid(),
    source,
    destination,
    startAt,
    memoryMiB,
    copiedDiskBytes: [],
    guest,
    options: defaultOptions,
    queuedS: 0,
    beginning: { kind: 'copies' },
    interventions: {},
  }
}

export const guestOf = (
  memoryMiB: number,
  rest: Omit<CopiedGuest, 'totalBytes' | 'autoConverge' | 'nonZeroShare'> & Partial<CopiedGuest>,
): CopiedGuest => ({
  // QEMU counts the video memory and the firmware too.
  totalBytes: memoryMiB * MiB + 532_480,
  nonZeroShare: 0.95,
  autoConverge: false,
  ...rest,
})

/** @param passS seconds that a whole pass takes */
export function guestWithPass(
  { linkBytesPerSecond }: Setting,
  passS: number,
  hotShare: number,
  writes: number,
): [CopiedGuest, number] {
  const memoryMiB = Math.max(1, Math.round((linkBytesPerSecond * passS) / GiB)) * 1024
  return [
    guestOf(memoryMiB, {
      hotBytes: memoryMiB * MiB * hotShare,
      writeBytesPerSecond: writes * linkBytesPerSecond,
      linkBytesPerSecond,
    }),
    memoryMiB,
  ]
}

/** It never gets there: a hot set of seconds on the link, written many times faster. */
export function never(setting: Setting): LiveSpec {
  const { dice } = setting
  const [guest, memoryMiB] = guestWithPass(setting, dice.between(18, 38), dice.between(0.35, 0.85), dice.between(3, 20))
  return base(setting, guest, memoryMiB)
}

export const postCopyHelps = ({ release }: Setting): readonly CauseCode[] =>
  release >= 14 ? ['post-copy-not-permitted'] : []

export const perGiB = (spec: LiveSpec, seconds: number): number =>
  Math.ceil(seconds / dataGiB(spec.memoryMiB, spec.copiedDiskBytes))
