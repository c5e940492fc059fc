import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { exactly, range } from '../range.ts'
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
  const known = facts.coldTimes
  const shutdown = known ? range(known.shutdownMs * 0.5, known.shutdownMs, known.shutdownMs * 3) : unknownShutdownMs
  const boot = known ? range(known.bootMs * 0.7, known.bootMs, known.bootMs * 2) : unknownBootMs
  const downtimeMs = range(
    shutdown.low + facts.overheads.switchoverMs + boot.low,
    shutdown.likely + facts.overheads.prepareMs + boot.likely,
    shutdown.high + facts.overheads.prepareMs * 3 + boot.high,
  )
  const totalTimeMs = range(
    downtimeMs.low,
    downtimeMs.likely + facts.overheads.teardownMs,
    downtimeMs.high + facts.overheads.teardownMs * 5,
  )
  const broken: BrokenLimit[] =
    intent.fallback === 'cold' || intent.onlyCold === true
      ? []
      : [{ limit: 'fallback', value: 'cold', allowed: intent.fallback, option: '--fallback cold' }]
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
      ? `shut down, moved and started: the guest restarts and is away for ${formatDuration(downtimeMs.likely)}${known ? '' : ' (its own times are not known)'}`
      : 'a cold migration is not possible here',
  }
}
