import type { KeptSample, MigrationPlan, MigrationReport, MigrationStatus, MigrationUpdate } from '@landfall/api'
import type { MigrationDetail, MigrationUnderWay } from '@landfall/api'
import type { CurvePoint, Outlook, Predicted, Sample } from '@landfall/core'
import { carriedBy, predictedBy, predictedCurve } from '@landfall/core'
import { waitingWords } from './status-words.ts'

/** A look at a migration under way, as its curve needs it. */
export type Point = Pick<KeptSample, 'at' | 'pass' | 'remainingBytes' | 'throttlePercent'>

export interface ToldDecision {
  readonly at: number
  readonly pass: number
  /** `set-throttle` */
  readonly act: string
  readonly why: string
  readonly numbers: Readonly<Record<string, number>>
  /** Why it could not be done; null where it was. */
  readonly failed: string | null
}

/** What a migration has told so far, folded. */
export interface Story {
  readonly guest: string | null
  readonly source: string | null
  readonly destination: string | null
  readonly status: MigrationStatus
  /** Whether nobody drove it when it was first looked at, until it is taken over. */
  readonly undriven: boolean
  /** Null where that is another's to say. */
  readonly role: MigrationUnderWay['role']
  /** What is waited for, in a sentence; null where nothing is. */
  readonly waitingFor: string | null
  readonly steps: readonly string[]
  readonly plan: MigrationPlan | null
  /** Why it was planned so; null before it was. */
  readonly planned: string | null
  readonly predicted: readonly CurvePoint[]
  /** What it was to cost; null where nobody said. */
  readonly prediction: Predicted | null
  /** When it was asked for, or found: where the predicted curve begins. */
  readonly beganAt: number | null
  readonly points: readonly Point[]
  readonly latest: LatestLook | null
  readonly decisions: readonly ToldDecision[]
  readonly report: MigrationReport | null
}

export interface LatestLook {
  readonly sample: KeptSample
  /** Null where another process has it. */
  readonly outlook: Outlook | null
  readonly linkBytesPerSecond: number | null
}

export const emptyStory: Story = {
  guest: null,
  source: null,
  destination: null,
  status: 'queued',
  undriven: false,
  role: null,
  waitingFor: null,
  steps: [],
  plan: null,
  planned: null,
  predicted: [],
  prediction: null,
  beganAt: null,
  points: [],
  latest: null,
  decisions: [],
  report: null,
}

/** Samples come ten a second: a curve is as good with fewer, and a migration of days must not fill the memory. */
const mostPoints = 2000

/** Where a migration stands when it is first looked at; its updates go on from there. Pure. */
export function storySoFar({ now, soFar }: Extract<MigrationDetail, { state: 'under-way' }>): Story {
  const { guest, source, destination, status, driver, role, waitingFor, step, plan, sample, outlook } = now
  return {
    ...emptyStory,
    guest,
    source,
    destination,
    status,
    undriven: driver === 'nobody',
    role,
    waitingFor: waitingFor === null ? null : turnWords(waitingFor),
    steps: step === null ? [] : [step],
    planned: soFar?.planned ?? plan?.reason.message ?? null,
    predicted: soFar?.predicted ?? [],
    prediction: soFar?.prediction ?? null,
    beganAt: soFar?.beganAt ?? null,
    points: (soFar?.samples ?? []).filter(isOfMemory),
    latest: sample === null ? null : { sample, outlook, linkBytesPerSecond: null },
    decisions: (soFar?.decisions ?? []).map((each) => ({ ...each, at: momentOf(each.at), failed: null })),
  }
}

/** The story with one more update. Pure. */
export function fold(story: Story, update: MigrationUpdate): Story {
  switch (update.kind) {
    case 'step': {
      const steps = [...story.steps.filter((each) => each !== update.message), update.message].slice(-50)
      const status = story.status === 'queued' ? 'planning' : story.status
      return { ...story, steps, status, waitingFor: null }
    }
    case 'config-finding':
    case 'obeyed':
      return story
    case 'waiting':
      return { ...story, status: 'queued', plan: null, waitingFor: turnWords(update) }
    case 'planned':
      return withPlan({ ...story, status: 'planning', waitingFor: null }, update.migration)
    case 'launched':
    case 'adopted':
      return {
        ...story,
        status: isCold(story) ? 'cold' : 'preparing',
        beganAt: story.beganAt ?? update.at,
        waitingFor: null,
      }
    case 'sample':
      return withSample(story, update)
    case 'act':
    case 'act-failed': {
      const { kind: act, why, numbers } = update.act
      const failed = update.kind === 'act' ? null : update.error
      const decision = { at: update.at, pass: story.latest?.sample.pass ?? 0, act, why, numbers, failed }
      return { ...story, decisions: [...story.decisions, decision] }
    }
    case 'post-copy-broken':
      return { ...story, status: 'post-copy', waitingFor: `The post-copy stream broke (${update.why}); it is resumed` }
    case 'try-failed': {
      // What is drawn is of one try; the report tells of those before it.
      const again = { beganAt: null, points: [], latest: null, decisions: [], plan: null }
      return { ...story, ...again, status: 'queued', waitingFor: update.message }
    }
    case 'refused':
    case 'ended':
      return { ...story, status: 'ended', report: update.report, waitingFor: null }
  }
}

/**
 * Whether nobody drives it now. A driver that dies tells nothing of that: what is listed as under way since does. Pure.
 *
 * @param listed undefined where that was not read yet
 */
export function isUndriven(
  { report, undriven }: Story,
  id: string,
  listed: readonly Pick<MigrationUnderWay, 'id' | 'driver'>[] | undefined,
): boolean {
  if (report !== null) return false
  const found = listed?.find((each) => each.id === id)
  return found === undefined ? undriven : found.driver === 'nobody'
}

/** As it was planned, or stood when it was first looked at. Nothing that it tells on its way says so again. */
const isCold = ({ status, plan }: Story): boolean => status === 'cold' || plan?.plan.strategy === 'cold'

/** Whether there is a curve: of a guest that is moved cold no memory is sent, and what is done is told in steps. Pure. */
export const isDrawn = ({ beganAt, status, report, points }: Story): boolean =>
  beganAt !== null && status !== 'cold' && (report === null || points.length > 0)

const turnWords = (waiting: Parameters<typeof waitingWords>[0]): string =>
  `Waits for its turn: ${waitingWords(waiting)}`

/** What was planned, of which a first look has the outline alone. Pure. */
export function withPlan(story: Story, migration: MigrationPlan): Story {
  const { intent, facts, plan, guest, source, destination } = migration
  return {
    ...story,
    guest: guest.name,
    source,
    destination,
    plan: migration,
    planned: plan.reason.message,
    predicted: predictedCurve(intent, carriedBy(facts, plan.stream), plan.strategy),
    prediction: predictedBy(plan),
  }
}

function withSample(story: Story, { at, sample, outlook }: Extract<MigrationUpdate, { kind: 'sample' }>): Story {
  const { pass, phase, remainingBytes, bytesSent, throttlePercent, bandwidthBytesPerSecond } = sample
  const kept = { at, pass, phase, remainingBytes, bytesSent, throttlePercent }
  return {
    ...story,
    status: statusOf(phase, story.status),
    // What is copied waits for nothing, but for its link where its post-copy stream broke.
    waitingFor: phase === 'post-copy-failed' ? story.waitingFor : null,
    undriven: false,
    beganAt: story.beganAt ?? at - sample.elapsedMs,
    points: isOfMemory(kept) ? thinned([...story.points, kept]) : story.points,
    latest: { sample: kept, outlook, linkBytesPerSecond: bandwidthBytesPerSecond },
  }
}

/** While local disks are copied nothing is said of the memory. */
export const isOfMemory = ({ phase }: KeptSample): boolean =>
  phase === 'active' || phase === 'switchover' || phase === 'post-copy'

function statusOf(phase: Sample['phase'], before: MigrationStatus): MigrationStatus {
  switch (phase) {
    case 'preparing':
      return 'preparing'
    case 'copying-disks':
    case 'active':
      return 'copying'
    case 'switchover':
      return 'switching'
    case 'post-copy':
    case 'post-copy-failed':
      return 'post-copy'
    // How it ended is told by its report.
    case 'completed':
    case 'failed':
    case 'cancelled':
      return before
  }
}

export const momentOf = (at: string | number): number => (typeof at === 'number' ? at : Date.parse(at))

/** Every other one where there are too many; where a pass begins, and the newest, are kept. */
export function thinned(points: readonly Point[], most = mostPoints): readonly Point[] {
  if (points.length <= most) return points
  return points.filter(
    ({ pass }, index) => index % 2 === 0 || index === points.length - 1 || pass !== points[index - 1]?.pass,
  )
}

/** Where each pass began, with what it had to send: the only values of what is left that say something. */
export function passStarts(points: readonly Point[]): readonly Point[] {
  return points.filter(({ pass }, index) => pass > 0 && pass !== points[index - 1]?.pass)
}
