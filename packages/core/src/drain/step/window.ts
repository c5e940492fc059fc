import type { DrainedGuest, DrainState } from '../state.ts'

export const isOpen = ({ window }: DrainState, now: number): boolean =>
  window === null || (now >= window.opensAt && now < window.closesAt)

/**
 * What nobody can say how long it takes does not fit.
 *
 * @param sharing so many copies share its link, itself included
 */
export const endsInWindow = (
  { window }: DrainState,
  { beforeMs, copyMs, afterMs }: DrainedGuest,
  now: number,
  sharing = 1,
): boolean => window === null || now + beforeMs + (copyMs?.likely ?? Infinity) * sharing + afterMs <= window.closesAt
