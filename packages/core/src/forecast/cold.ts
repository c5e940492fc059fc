import type { ColdTimes, Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { defaultShutdownLimitMs } from '../intent.ts'
import { addRanges, exactly, mapRange, range } from '../range.ts'
import type { Milliseconds } from '../units.ts'
import { formatDuration } from '../units.ts'
import type { BrokenLimit, Forecast } from './forecast.ts'
import { judge } from './within-intent.ts'

/** Without a history: a server that stops in seconds to a database that flushes for minutes; a boot likewise. */
const unknownShutdownMs = range(2000, 15_000, 180_000)
const unknownBootMs = range(4000, 30_000, 300_000)

/** A definition can be moved; what lies in a local disk cannot, with the guest shut off. */
export const coldPossible = ({ coldPossible: defined, localDisks = [] }: Facts): boolean =>
  defined && localDisks.length === 0

export function forecastCold(intent: Intent, facts: Facts): Forecast {
  const { shutdownMs, startMs, bootMs } = facts.coldTimes ?? {}
  const { prepareMs, switchoverMs } = facts.overheads
  const limitMs = intent.shutdownLimitMs ?? defaultShutdownLimitMs
  // It is waited for no longer than that: one that takes longer is not moved.
  const shutdown = mapRange(
    shutdownMs === undefined ? unknownShutdownMs : range(shutdownMs * 0.5, shutdownMs, shutdownMs * 3),
    (ms) => Math.min(ms, limitMs),
  )
  const isTooSlow = shutdownMs !== undefined && shutdownMs > limitMs
  const start =
    startMs === undefined ? range(switchoverMs, prepareMs, prepareMs * 3) : range(startMs * 0.5, startMs, startMs * 3)
  const boot = bootMs === undefined ? unknownBootMs : range(bootMs * 0.7, bootMs, bootMs * 2)
  const downtimeMs = addRanges(shutdown, start, boot)
  const totalTimeMs = range(
    downtimeMs.low,
    downtimeMs.likely + facts.overheads.teardownMs,
    downtimeMs.high + facts.overheads.teardownMs * 5,
  )
  const broken: BrokenLimit[] =
    intent.fallback === 'cold' || intent.onlyCold === true
      ? []
      : [{ limit: 'fallback', value: 'cold', allowed: intent.fallback, remedy: { setting: 'fallback', value: 'cold' } }]
  const seconds = range(downtimeMs.low / 1000, downtimeMs.likely / 1000, downtimeMs.high / 1000)
  const possible = coldPossible(facts)
  return {
    strategy: 'cold',
    finishes: possible ? 'yes' : 'no',
    totalTimeMs: possible ? totalTimeMs : null,
    downtimeMs: possible ? downtimeMs : null,
    longestStallMs: possible ? downtimeMs : null,
    lostWorkSeconds: possible ? seconds : null,
    bytesSent: possible ? exactly(0) : null,
    passes: possible ? exactly(0) : null,
    throttlePercent: null,
    // Allowing the cold fallback allows the restart's pause: only the deadline still counts.
    withinIntent: judge(intent, { totalTimeMs, downtimeMs: null }, broken),
    why: possible
      ? `shut down, moved and started: the guest restarts and is away for ${formatDuration(downtimeMs.likely)}${unknownTimes(facts.coldTimes)}`
      : 'a cold migration is not possible here',
    ...(possible && isTooSlow ? { caution: tooSlowWords(shutdownMs, limitMs) } : {}),
  }
}

const tooSlowWords = (shutdownMs: Milliseconds, limitMs: Milliseconds): string =>
  `it took ${formatDuration(shutdownMs)} to shut down before, and is waited for ${formatDuration(limitMs)}: it is then not moved, and may be off a while later; give it a longer shutdown timeout`

function unknownTimes({ shutdownMs, bootMs }: ColdTimes = {}): string {
  if (shutdownMs !== undefined && bootMs !== undefined) return ''
  if (shutdownMs !== undefined) return ' (how long it boots is not known)'
  return bootMs === undefined ? ' (its own times are not known)' : ' (how long it shuts down is not known)'
}
