import type { DirtyWindow } from '../facts.ts'
import type { Bytes, BytesPerSecond } from '../units.ts'
import { evidenceOf, sameLength } from './evidence.ts'

/** The busier of two equal windows wrote this many times what the quieter one did. */
const clearlyMore = 2
/** Standard deviations that chance may put between two readings of the same thing. */
const chance = 4

/**
 * Whether a guest was seen to write in bursts: windows of the same kind and length that differ by more than chance explains, in
 * the quieter of which it wrote less than the link carries, so that a pass gets through. A fast writer that the machine left
 * without a CPU for a moment wrote less too, but is not quiet.
 */
export function hasQuietPhases(windows: readonly DirtyWindow[], memoryBytes: Bytes, link: BytesPerSecond): boolean {
  const seen = windows.map((window) => ({ kind: window.kind, ...evidenceOf(window, memoryBytes) }))
  return seen.some((quiet) => {
    if (quiet.likely > (link * quiet.atMs) / 1000) return false
    return seen.some(
      (busy) =>
        quiet.kind === busy.kind &&
        sameLength(busy, quiet) &&
        sameLength(quiet, busy) &&
        busy.likely > quiet.likely * clearlyMore &&
        busy.likely - quiet.likely > chance * Math.hypot(busy.deviation, quiet.deviation),
    )
  })
}
