import type { Milliseconds } from '../../units.ts'

/**
 * How long before the end of a copy the next is launched: preparation takes now more, now less, and two that share a link for a moment
 * lose less than a link that waits.
 */
export const launchedBeforeEndMs = (preparationMs: Milliseconds): Milliseconds => preparationMs * 1.5
