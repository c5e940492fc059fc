import type { Facts } from '../facts.ts'
import type { Bytes, Milliseconds } from '../units.ts'
import { formatBytes, formatDuration } from '../units.ts'
import { hasQuietPhases } from '../working-set/quiet-phases.ts'
import type { Scenarios } from './copying/scenario.ts'
import { fewestExperiences, positionsOf } from './experience.ts'
import { sendMs } from './copying/scenario.ts'

/** What a guest may write beyond what it was seen to, if it is busy again while it is copied. */
export interface UnseenBurst {
  readonly bytes: Bytes
  /** What that adds at worst. */
  readonly addsMs: Milliseconds
  readonly why: string
}

/** However long the copy takes beside the watch, a burst is no more likely than not. */
const mostChance = 0.5
/** Less than this share of the time is not worth a word. */
const tellingShare = 0.1

/**
 * A guest that was watched for some seconds may have rested in them: of one that did nothing for T nothing says that it goes on so for
 * longer than that, and in a pass of length τ a burst is met with a chance of τ ÷ (τ + T) as far as anybody knows. It may then write
 * any of its memory, whether its vCPUs were idle before or not: a guest that only read was seen to write all at once (lab). Where an
 * earlier migration met a burst, it is as large as that. Null where bursts were seen in the watch itself (they are in the curve), where
 * nothing was measured (anything may come then), and where no more than a word's worth could come of it.
 */
export function unseenBurst(facts: Facts, { likely, high }: Scenarios): UnseenBurst | null {
  const { dirtyWindows, memoryBytes, busierPass, experience = [] } = facts
  // Those that came before had their bursts, or had none.
  if (positionsOf(experience, 'pre-copy', 'totalTimeMs').length >= fewestExperiences) return null
  const watchedMs = dirtyWindows.reduce((sum, { windowMs }) => sum + windowMs, 0)
  if (watchedMs === 0 || hasQuietPhases(dirtyWindows, memoryBytes, likely.link)) return null
  const firstPassMs = sendMs(likely.firstPassBytes, likely.link)
  const written = likely.distinct(firstPassMs)
  const chance = Math.min(mostChance, firstPassMs / (firstPassMs + watchedMs))
  const bytes =
    busierPass === undefined
      ? Math.max(0, likely.firstPassBytes - written) * chance
      : Math.max(0, busierPass.dirtyBytes - written)
  const addsMs = sendMs(bytes, high.link)
  if (addsMs < firstPassMs * tellingShare) return null
  const adds = `may add ${formatDuration(addsMs)}`
  const why =
    busierPass === undefined
      ? `it was watched for ${formatDuration(watchedMs)}: a burst that was not seen ${adds}`
      : `it may write in bursts: in an earlier migration it wrote ${formatBytes(busierPass.dirtyBytes)} in ${formatDuration(busierPass.windowMs)}, which ${adds}`
  return { bytes, addsMs, why }
}
