import type { DirtyWindow } from '../facts.ts'
import type { Bytes } from '../units.ts'
import { evidenceOf, sameLength } from './evidence.ts'

/** The busier of two equal windows wrote so many times what the quieter one did. */
const clearlyMore = 2
/** Standard deviations that chance may put between two readings of the same thing. */
const chance = 4

/**
 * Whether a guest was seen to write a good deal more at one time than at another: windows of the same kind and length that
 * differ by more than chance explains. Such a guest has quiet stretches, in which a pass gets through.
 */
export function isUnsteady(windows: readonly DirtyWindow[], memoryBytes: Bytes): boolean {
  const seen = windows.map((window) => ({ kind: window.kind, ...evidenceOf(window, memoryBytes) }))
  return seen.some((busy) =>
    seen.some(
      (quiet) =>
        quiet.kind === busy.kind &&
        sameLength(busy, quiet) &&
        sameLength(quiet, busy) &&
        busy.likely > quiet.likely * clearlyMore &&
        busy.likely - quiet.likely > chance * Math.hypot(busy.deviation, quiet.deviation),
    ),
  )
}
