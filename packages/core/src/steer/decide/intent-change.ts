import type { Facts } from '../../facts.ts'
import type { Intent } from '../../intent.ts'
import { exactly } from '../../range.ts'
import { sameSchedule } from '../../schedule.ts'
import type { SettingName } from '../../settings/read-settings.ts'
import { namedSettings } from '../../settings/read-settings.ts'
import { valueOf, withValueOf } from '../../settings/setting.ts'
import { settings } from '../../settings/settings.ts'
import type { Milliseconds } from '../../units.ts'
import { formatDuration, MiB } from '../../units.ts'
import { noLinkEstimate } from '../observe/link-estimate.ts'
import type { Act, SteerState } from '../state.ts'

/** One thing that is wanted otherwise than before. */
export interface IntentChange {
  /** "pause limit 500 ms → 2 s" */
  readonly words: string
  /** Why it does not count for a migration that runs; null where it does. */
  readonly tooLate: string | null
}

export interface ChangedIntent {
  readonly state: SteerState
  readonly changes: readonly IntentChange[]
  /** The statement of what has changed, for the report, and what has to be asked of the hosts for it; none without a change. */
  readonly acts: readonly Act[]
}

/** Bounds of the link after a limit on the stream was lifted, until it has been measured again. */
const mostFasterAfterLifting = 4

/**
 * What is wanted has changed while a migration runs: from here on it is steered by that, as far as it can still change.
 * What belongs to the launch (capabilities, streams, TLS) stays as it was launched. Pure.
 *
 * @param before what was wanted last, of which some may not have counted
 */
export function changeIntent(state: SteerState, before: Intent, wanted: Intent, origin: string): ChangedIntent {
  const changes: IntentChange[] = []
  const acts: Act[] = []
  let next = state
  const bothScheduled = before.schedule !== undefined && wanted.schedule !== undefined
  const tell = (words: string, tooLate: string | null = null): void => void changes.push({ words, tooLate })
  const keep = (part: Partial<Intent>): void => {
    next = { ...next, intent: { ...next.intent, ...part } }
  }

  for (const [name, setting] of namedSettings) {
    const [old, fresh] = [valueOf(setting, before), valueOf(setting, wanted)]
    // A schedule has limits of its own, and says itself what becomes of post-copy.
    if (old === fresh || name === 'post-copy' || (bothScheduled && setting.at[0] !== 'stream')) continue
    const tooLate = setting.changes === 'before-launch' ? ofTheLaunch : (tooLateFor[name]?.(state, wanted) ?? null)
    tell(`${setting.name} ${setting.tell(old)} → ${setting.tell(fresh)}`, tooLate)
    if (tooLate === null) next = { ...next, intent: withValueOf(setting, next.intent, wanted) }
    // It stays where it is, and is not raised any more either.
    else if (name === 'max-slowdown' && state.throttle.percent !== null)
      keep({ maxSlowdownPercent: state.throttle.percent })
  }
  if (!bothScheduled && wanted.noGainLimitMs !== before.noGainLimitMs) {
    tell(`time without a gain ${limitInWords(before.noGainLimitMs)} → ${limitInWords(wanted.noGainLimitMs)}`)
    next = { ...next, intent: withLimit(next.intent, 'noGainLimitMs', wanted.noGainLimitMs) }
  }
  if (
    before.schedule !== undefined &&
    wanted.schedule !== undefined &&
    !sameSchedule(before.schedule, wanted.schedule)
  ) {
    const [old, fresh] = [before.schedule, wanted.schedule]
    if (!sameSchedule({ ...old, pauses: fresh.pauses }, old)) {
      tell(`downtime steps up to ${lastPause(old.pauses)} → up to ${lastPause(fresh.pauses)}`)
    }
    if (old.timeoutMs !== fresh.timeoutMs) {
      tell(`timeout ${limitInWords(old.timeoutMs ?? undefined)} → ${limitInWords(fresh.timeoutMs ?? undefined)}`)
    }
    if (old.timeoutAction !== fresh.timeoutAction) {
      tell(`timeout action ${old.timeoutAction} → ${fresh.timeoutAction}`)
    }
    if (old.autoConverge !== fresh.autoConverge) {
      tell(`auto-converge ${onOff(old.autoConverge)} → ${onOff(fresh.autoConverge)}`, ofTheLaunch)
    }
    keep({ schedule: { ...fresh, autoConverge: old.autoConverge } })
  }
  const [couldPostCopy, mayPostCopy] = [permitsPostCopy(before), permitsPostCopy(wanted)]
  if (couldPostCopy !== mayPostCopy || wanted.postCopy !== before.postCopy) {
    const armed = next.postCopy.armed || next.postCopy.withdrawn === true
    const tooLate = mayPostCopy && !armed ? `${ofTheLaunch}: it was not armed` : null
    tell(`post-copy ${postCopyInWords(before)} → ${postCopyInWords(wanted)}`, tooLate)
    if (tooLate === null) {
      const withdrawn = armed && !mayPostCopy ? { withdrawn: true as const } : {}
      next = { ...next, postCopy: { armed: armed && mayPostCopy, asked: next.postCopy.asked, ...withdrawn } }
      keep({ postCopy: wanted.postCopy })
    }
  }
  const [oldMiBps, newMiBps] = [before.stream?.bandwidthMiBps, wanted.stream?.bandwidthMiBps]
  if (oldMiBps !== newMiBps) {
    next = { ...next, link: noLinkEstimate, facts: { ...next.facts, link: linkUnder(next.facts.link, newMiBps) } }
    const mebibytesPerSecond = newMiBps ?? null
    const numbers = { pass: state.passes.latest, ...(newMiBps === undefined ? {} : { mebibytesPerSecond: newMiBps }) }
    // A schedule's owner leaves post-copy without a limit.
    const armed = next.postCopy.armed || next.postCopy.withdrawn === true
    const too = armed && wanted.schedule === undefined ? { postCopyToo: true as const } : {}
    acts.push({
      kind: 'set-bandwidth',
      mebibytesPerSecond,
      ...too,
      why: `${origin}: ${bandwidthInWords(oldMiBps, newMiBps)}`,
      numbers,
    })
  }
  if (before.stream?.tls !== wanted.stream?.tls) {
    tell(`TLS ${onOff(before.stream?.tls === true)} → ${onOff(wanted.stream?.tls === true)}`, ofTheLaunch)
  }

  if (changes.length === 0) return { state, changes, acts: [] }
  const statement: Act = { kind: 'change-intent', why: `${origin}: ${inWords(changes)}`, numbers: numbersOf(next) }
  return { state: next, changes, acts: [statement, ...acts] }
}

const { bandwidth } = settings

const ofTheLaunch = 'it belongs to the launch'

/** Why a change of a setting that can change while a migration runs does not count for this one; null where it does. */
const tooLateFor: Partial<Record<SettingName, (state: SteerState, wanted: Intent) => string | null>> = {
  'max-slowdown': throttleTooLate,
}

/** A throttle has to be there from the launch on, and QEMU takes it off only at the end. */
function throttleTooLate({ throttle: { percent } }: SteerState, { maxSlowdownPercent }: Intent): string | null {
  if (percent === null) return maxSlowdownPercent > 0 ? ofTheLaunch : null
  return maxSlowdownPercent < percent ? 'the throttle stays until the end' : null
}

type Limit = 'noGainLimitMs'

function withLimit(intent: Intent, limit: Limit, ms: Milliseconds | undefined): Intent {
  const { [limit]: _, ...rest } = intent
  return ms === undefined ? rest : { ...rest, [limit]: ms }
}

/** Slower at once; how much faster, only the stream shows. What is limited are bytes on the wire, not the guest's. */
function linkUnder(link: Facts['link'], mebibytesPerSecond: number | undefined): Facts['link'] {
  const { low, likely, high } = link.bytesPerSecond
  if (mebibytesPerSecond === undefined) {
    return { ...link, bytesPerSecond: { low, likely, high: high * mostFasterAfterLifting } }
  }
  const share = link.wireShare ?? exactly(1)
  const most = (wireShare: number): number => (mebibytesPerSecond * MiB) / wireShare
  const bytesPerSecond = {
    low: Math.min(low, most(share.high)),
    likely: Math.min(likely, most(share.likely)),
    high: most(share.low),
  }
  return { ...link, bytesPerSecond }
}

const permitsPostCopy = ({ schedule, postCopy }: Intent): boolean =>
  schedule === undefined ? postCopy !== 'never' : schedule.postCopy

const postCopyInWords = (intent: Intent): string =>
  intent.schedule === undefined ? intent.postCopy : onOff(intent.schedule.postCopy)

const limitInWords = (ms: Milliseconds | undefined): string => (ms === undefined ? 'none' : formatDuration(ms))
const bandwidthInWords = (old: number | undefined, fresh: number | undefined): string =>
  `${bandwidth.name} ${bandwidth.tell(old)} → ${bandwidth.tell(fresh)}`
const onOff = (on: boolean): string => (on ? 'on' : 'off')
const lastPause = (pauses: readonly { readonly downtimeMs: Milliseconds }[]): string =>
  formatDuration(pauses.at(-1)?.downtimeMs ?? 0)

function inWords(changes: readonly IntentChange[]): string {
  const applied = changes.filter(({ tooLate }) => tooLate === null).map(({ words }) => words)
  const late = changes.flatMap(({ words, tooLate }) => (tooLate === null ? [] : [`${words} (${tooLate})`]))
  const parts = [
    ...(applied.length === 0 ? [] : [applied.join(', ')]),
    ...(late.length === 0 ? [] : [`too late for this migration: ${late.join(', ')}`]),
  ]
  return parts.join('; ')
}

function numbersOf({ intent, passes }: SteerState): Readonly<Record<string, number>> {
  return {
    pass: passes.latest,
    maxPauseMs: intent.maxPauseMs,
    ...(intent.deadlineMs === undefined ? {} : { deadlineMs: intent.deadlineMs }),
  }
}
