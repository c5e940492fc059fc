import type { Plan, SteerState } from '@landfall/core'
import { measuredRate } from '@landfall/core'

/**
 * What a migration has shown of the link between its hosts; null for nothing. With compression the rate is the guest's, and
 * may be the cores' instead of the link's; of a stream that was limited it is the limit. Pure.
 */
export function linkShown(
  { compression }: Pick<Plan['launch'], 'compression'>,
  { intent, link }: Pick<SteerState, 'intent' | 'link'>,
): number | null {
  const isItsOwn = compression !== null || intent.stream?.bandwidthMiBps !== undefined
  return isItsOwn ? null : measuredRate(link)
}
