import type { Forecast, Strategy } from '../forecast/forecast.ts'
import { strategies } from '../strategies/strategies.ts'
import type { Situation, StrategyLaunch } from '../strategies/strategy.ts'
import type { Launch } from './launch.ts'
import type { Stream } from './stream/stream.ts'
import { xbzrleCacheBytes } from './stream/xbzrle-cache.ts'

const nothing: StrategyLaunch = { downtimeLimitMs: null, autoConverge: null, postCopy: false }

/** How a strategy is launched over this stream; null for a plan that was refused. */
export function launchFor(
  strategy: Strategy | null,
  situation: Situation,
  stream: Stream,
  forecasts: readonly Forecast[],
): Launch {
  const { intent, facts } = situation
  const record = strategy === null ? null : strategies[strategy]
  const forecast = forecasts.find((each) => each.strategy === strategy) ?? null
  const own = record?.launch(situation, forecast) ?? nothing
  const steered = own.asAnotherManager !== true
  // Only what is ours is left out for several streams by the choice of the stream.
  const postCopy = own.postCopy && (steered || stream.parallelConnections === null)
  const bandwidthMiBps = intent.stream?.bandwidthMiBps ?? null
  const copyDisks = record?.live === true ? (facts.localDisks ?? []).map(({ target }) => target) : []
  return {
    postCopy,
    autoConverge: own.autoConverge,
    downtimeLimitMs: own.downtimeLimitMs,
    parallelConnections: stream.parallelConnections,
    compression: stream.compression,
    ...(stream.compression === 'xbzrle' ? { xbzrleCacheBytes: xbzrleCacheBytes(facts) } : {}),
    bandwidthMiBps,
    ...(steered && postCopy && bandwidthMiBps !== null ? { postCopyBandwidthMiBps: bandwidthMiBps } : {}),
    tls: intent.stream?.tls === true,
    ...(copyDisks.length === 0 ? {} : { copyDisks }),
  }
}
