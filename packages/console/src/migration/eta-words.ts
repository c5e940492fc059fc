import type { Outlook, Sample } from '@landfall/core'
import { durationRange } from '@landfall/core'

/** How long it takes from now on. While memory is sent, no figure says that no end is in sight; before and after nobody can tell. */
export function etaWords(outlook: Pick<Outlook, 'etaMs'> | null, phase: Sample['phase']): string {
  if (outlook !== null && outlook.etaMs !== null) return durationRange(outlook.etaMs)
  return outlook !== null && isSent(phase) ? 'no end in sight' : 'not known yet'
}

const isSent = (phase: Sample['phase']): boolean => phase === 'active' || phase === 'post-copy'

/** Whether it is to be worried about: memory is sent, and no end is in sight. */
export const endsNowhere = (outlook: Pick<Outlook, 'etaMs'> | null, phase: Sample['phase']): boolean =>
  outlook !== null && outlook.etaMs === null && isSent(phase)
