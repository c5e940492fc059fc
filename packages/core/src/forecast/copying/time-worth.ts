import type { Milliseconds } from '../../units.ts'
import { defaultTimeWorth } from '../../intent.ts'

/**
 * What follows from the worth of a second of the migration, in seconds of the guest's work. At the default of 0.4: a pass is waited for
 * that leaves less than half, five boundaries at most; a quiet phase for three; a second of standstill is worth ten of passes that
 * end by themselves. At 0.1 it is four times as patient; at 2 the first lever that is permitted is taken.
 */

/** The next pass is waited for if it leaves less than this share: it saves what its own time is worth, and a quarter more, for it may not. */
export const shareWorthWaiting = (timeWorth: number): number => clamp(1 - 1.25 * timeWorth, 0, mostShare)

/** A boundary that leaves more has gained nothing, whatever time is worth. */
const mostShare = 0.95

/** Boundaries that are waited for while each leaves less than the one before. */
export const boundariesWorthWaiting = (timeWorth: number): number => times(5, timeWorth, 1)

/** Boundaries at which a guest that writes in bursts gets another chance of a quiet phase. */
export const burstsWorthWaiting = (timeWorth: number): number => times(3, timeWorth, 0)

/** Passes of deltas are tried before post-copy is. */
export const deltasWorthWaiting = (timeWorth: number): boolean => timeWorth < 1

/** A guest that nothing has to be done to is worth more than time is usually. */
const untouched = 1 / 4

/** Whether passes that end by themselves take too long for the standstill that they save. */
export const notWorthTheWait = (extraMs: Milliseconds, savedMs: Milliseconds, timeWorth: number): boolean =>
  extraMs * timeWorth * untouched > Math.max(0, savedMs)

const mostTimes = 50
const times = (usual: number, timeWorth: number, least: number): number =>
  clamp(Math.round((usual * defaultTimeWorth) / timeWorth), least, mostTimes)
const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
