import type { DrainedGuest, DrainState } from '../state.ts'

export const isOpen = ({ window }: DrainState, now: number): boolean =>
  window === null || (now >= window.opensAt && now < window.closesAt)

export const endsInWindow = (
  { window }: DrainState,
  { beforeMs, copyMs, afterMs }: DrainedGuest,
  now: number,
): boolean => window === null || now + beforeMs + (copyMs?.likely ?? 0) + afterMs <= window.closesAt
