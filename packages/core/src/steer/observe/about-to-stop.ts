import type { Milliseconds } from '../../units.ts'
import type { SteerState } from '../state.ts'

/** QEMU works its threshold out anew ten times a second, in which passes of deltas may come and go, and takes a limit at its next look. */
export const thresholdPatienceMs: Milliseconds = 300

/**
 * Whether QEMU is expected to stop the guest for what is left now. One that has begun another pass a while after its limit was raised
 * has not taken it: the guest writes on, and what is left then is one pass of many.
 */
export const isAboutToStop = ({ stage, passes }: SteerState): boolean =>
  stage.name === 'switching-over' && (passes.boundaries.at(-1)?.at ?? 0) <= stage.since + thresholdPatienceMs
