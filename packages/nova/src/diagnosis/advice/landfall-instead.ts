import type { Facts, Intent, Range, SettingValue, Strategy } from '@landfall/core'
import { defaultIntent, forecasts, qemuDowntimeLimitMs, range, strategies, typicalOverheads } from '@landfall/core'
import type { MigrationFinding } from '../finding.ts'

/** What Landfall would do with the same guest over the same link, predicted from what the log shows of both. */
export interface LandfallInstead {
  readonly strategy: Strategy
  /** From the request to the source being free. */
  readonly totalTimeMs: Range
  readonly downtimeMs: Range | null
  readonly longestStallMs: Range | null
  readonly lostWorkSeconds: Range | null
  /** The forecast's sentence. */
  readonly why: string
  /** Whether the intent that was asked about allows it; else the options that would. */
  readonly allowed: boolean
  readonly needs: readonly SettingValue[]
}

export interface LandfallAdvice {
  /** What it would do under the intent; null where it would refuse before anything is copied. */
  readonly chosen: LandfallInstead | null
  /** The other ways that end, each with what it costs. */
  readonly others: readonly LandfallInstead[]
  /** What the log does not tell and was taken for granted. */
  readonly assumes: readonly string[]
}

/**
 * Null where the log has no figures to predict from. On a plateau passes alone do not end, which the log has shown: what
 * is left is to stop it once, to move it first, to slow it, or to shut it down.
 */
export function landfallInstead(finding: MigrationFinding, intent: Intent = defaultIntent): LandfallAdvice | null {
  const both = leftRange(finding).map((bytes) => factsOf(finding, bytes))
  const [facts, other] = both
  if (facts === undefined || facts === null) return null
  const plateau = finding.causes.some(({ code }) => code === 'guest-writes-faster-than-link')
  const more = other == null ? [] : forecastsOf(intent, other)
  const ways = forecastsOf(intent, facts).flatMap((forecast) => {
    const { strategy, withinIntent, why } = forecast
    const wider = more.find((each) => each.strategy === strategy) ?? forecast
    const totalTimeMs = spanned(forecast.totalTimeMs, wider.totalTimeMs)
    const downtimeMs = spanned(forecast.downtimeMs, wider.downtimeMs)
    const longestStallMs = spanned(forecast.longestStallMs, wider.longestStallMs)
    const lostWorkSeconds = spanned(forecast.lostWorkSeconds, wider.lostWorkSeconds)
    // How strong a throttle has to be follows from how fast the guest writes, which a plateau hides.
    const hidden = strategy === 'throttle' && finding.writeBytesPerSecond?.high == null
    if (totalTimeMs === null || hidden || (plateau && strategy === 'pre-copy')) return []
    const needs = withinIntent.ok ? [] : withinIntent.broken.map(({ remedy }) => remedy)
    const figures = { totalTimeMs, downtimeMs, longestStallMs, lostWorkSeconds }
    return [{ strategy, ...figures, why, allowed: withinIntent.ok, needs }]
  })
  const sorted = ways.sort((a, b) => cost(a) - cost(b))
  const chosen = sorted.find(({ allowed }) => allowed) ?? null
  return {
    chosen,
    others: sorted.filter((way) => way !== chosen),
    assumes: [
      'both hosts can do post-copy',
      'KVM',
      'the link carries what it carried then',
      'the guest writes as it did',
    ],
  }
}

/** Guests of a fleet are of few sizes, and its links of few rates: what is within a hundredth has the same answer. */
let known: { readonly intent: Intent; readonly answers: Map<string, ReturnType<typeof forecasts>> } | null = null
const mostKnown = 2000

const about = (value: number): number => Math.round(Math.log(Math.max(1, value)) * 100)

function forecastsOf(intent: Intent, facts: Facts): ReturnType<typeof forecasts> {
  if (known?.intent !== intent || known.answers.size > mostKnown) known = { intent, answers: new Map() }
  const windows = facts.dirtyWindows.map(({ windowMs, dirtyBytes }) => `${about(windowMs)} ${about(dirtyBytes)}`)
  const link = facts.link.bytesPerSecond.likely
  const key = [about(facts.memoryBytes), about(link), ...windows].join(',')
  const before = known.answers.get(key)
  if (before !== undefined) return before
  const answer = forecasts(intent, facts)
  known.answers.set(key, answer)
  return answer
}

/** Cold is only a fallback: it costs a restart, which no figure here counts. */
const cost = ({ strategy, lostWorkSeconds }: LandfallInstead): number =>
  !strategies[strategy].live ? Infinity : (lostWorkSeconds?.likely ?? Infinity)

/** Rates of a log are no better known than this. */
const linkDoubt = 0.05

/** Where only bounds of what a pass leaves are known, both count: what is predicted spans them. */
function leftRange({ causes }: MigrationFinding): readonly (number | undefined)[] {
  const numbers = causes.find(({ code }) => code === 'guest-writes-faster-than-link')?.numbers
  const [low, high] = [numbers?.['plateauBytesAtLeast'], numbers?.['plateauBytesAtMost']]
  return low === undefined || high === undefined ? [numbers?.['plateauBytes']] : [low, high]
}

const spanned = (a: Range | null, b: Range | null): Range | null =>
  a === null || b === null
    ? (a ?? b)
    : { low: Math.min(a.low, b.low), likely: (a.likely + b.likely) / 2, high: Math.max(a.high, b.high) }

function factsOf(finding: MigrationFinding, plateauBytes: number | undefined): Facts | null {
  const link = finding.linkBytesPerSecond
  const memoryBytes = finding.curve.at(-1)?.totalBytes ?? 0
  if (link === null || !(link > 0) || !(memoryBytes > 0)) return null
  const writes = finding.writeBytesPerSecond
  if (plateauBytes === undefined && writes?.high == null) return null
  // On a plateau each pass lasts R̂/B and leaves R̂. Elsewhere the rate alone is known, and taken over a second.
  const window =
    plateauBytes === undefined
      ? { windowMs: 1000, dirtyBytes: Math.min(memoryBytes, ((writes?.low ?? 0) + (writes?.high ?? 0)) / 2) }
      : { windowMs: Math.max(1, (plateauBytes / link) * 1000), dirtyBytes: Math.min(memoryBytes, plateauBytes) }
  return {
    memoryBytes,
    vcpus: 1,
    dirtyWindows: [{ ...window, kind: 'pass' }],
    link: { bytesPerSecond: range(link * (1 - linkDoubt), link, link * (1 + linkDoubt)), source: 'history' },
    postCopy: { possible: true },
    throttle: { possible: true },
    accelerator: 'kvm',
    overheads: typicalOverheads('kvm'),
    defaultDowntimeLimitMs: qemuDowntimeLimitMs,
    coldPossible: true,
  }
}
