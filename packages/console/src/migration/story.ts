import type { MigrationPlan, MigrationReport, MigrationStatus, MigrationUpdate } from '@landfall/api'
import type { Act, Outlook, Sample } from '@landfall/core'

/** A look at a migration under way, as its curve needs it. */
export interface Point {
  readonly at: number
  readonly pass: number
  readonly remainingBytes: number
  readonly throttlePercent: number
}

export interface ToldDecision {
  readonly at: number
  readonly pass: number
  readonly act: Act
  /** Why it could not be done; null where it was. */
  readonly failed: string | null
}

/** What a migration has told so far, folded. */
export interface Story {
  readonly status: MigrationStatus
  /** What is waited for, in words; null where nothing is. */
  readonly waitingFor: string | null
  readonly steps: readonly { readonly at: number; readonly message: string }[]
  readonly plan: MigrationPlan | null
  /** When it was launched, or found. */
  readonly beganAt: number | null
  readonly points: readonly Point[]
  readonly latest: { readonly at: number; readonly sample: Sample; readonly outlook: Outlook } | null
  readonly decisions: readonly ToldDecision[]
  readonly report: MigrationReport | null
}

export const emptyStory: Story = {
  status: 'queued',
  waitingFor: null,
  steps: [],
  plan: null,
  beganAt: null,
  points: [],
  latest: null,
  decisions: [],
  report: null,
}

/** Samples come ten a second: a curve is as good with fewer, and a migration of days must not fill the memory. */
const mostPoints = 2000

/** The story with one more update. Pure. */
export function fold(story: Story, update: MigrationUpdate): Story {
  switch (update.kind) {
    case 'step': {
      const steps = [...story.steps, { at: update.at, message: update.message }].slice(-50)
      const status = story.status === 'queued' ? 'planning' : story.status
      return { ...story, steps, status, waitingFor: null }
    }
    case 'config-finding':
    case 'obeyed':
      return story
    case 'waiting':
      return { ...story, status: 'queued', plan: null, waitingFor: waitingWords(update) }
    case 'planned':
      return { ...story, status: 'planning', plan: update.migration, waitingFor: null }
    case 'launched':
    case 'adopted':
      return { ...story, status: 'preparing', beganAt: story.beganAt ?? update.at, waitingFor: null }
    case 'sample':
      return {
        ...story,
        status: statusOf(update.sample.phase, story.status),
        beganAt: story.beganAt ?? update.at - update.sample.elapsedMs,
        points: withPoint(story.points, update.at, update.sample),
        latest: update,
      }
    case 'act':
    case 'act-failed': {
      const failed = update.kind === 'act' ? null : update.error
      const decision = { at: update.at, pass: story.latest?.sample.pass ?? 0, act: update.act, failed }
      return { ...story, decisions: [...story.decisions, decision] }
    }
    case 'post-copy-broken':
      return { ...story, status: 'post-copy', waitingFor: `the post-copy stream broke (${update.why}); it is resumed` }
    case 'refused':
    case 'ended':
      return { ...story, status: 'ended', report: update.report, waitingFor: null }
  }
}

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

function waitingWords({ guests, source, most }: Extract<MigrationUpdate, { kind: 'waiting' }>): string {
  return `its turn: ${guests.join(', ')} ${guests.length === 1 ? 'is' : 'are'} leaving ${source}, and at most ${most.count} may at a time (${most.from})`
}

function withPoint(points: readonly Point[], at: number, sample: Sample): readonly Point[] {
  const { pass, remainingBytes, throttlePercent, phase } = sample
  // While local disks are copied nothing is said of the memory.
  if (phase !== 'active' && phase !== 'switchover' && phase !== 'post-copy') return points
  const point = { at, pass, remainingBytes, throttlePercent }
  return thinned([...points, point])
}

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
