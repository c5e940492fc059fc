import type { DirtyWindow } from '../facts.ts'
import type { Bytes, BytesPerSecond } from '../units.ts'
import { areAlike, evidenceOf } from './evidence.ts'

/** The busier of two equal windows wrote this many times what the quieter one did. */
const clearlyMore = 2
/** Standard deviations that chance may put between two readings of the same thing. */
const chance = 4
/** A window in which the vCPUs waited for longer tells too little of what they would have done. */
const mostWaited = 0.9

/**
 * Whether a guest was seen to write in bursts: windows of the same kind and length that differ by more than chance explains, in
 * the quieter of which it wrote less than the link carries, so that a pass gets through. A guest whose vCPUs waited for a core of
 * the host wrote less too, but is not quiet: it counts for what it would have written with them, and one that mostly waited says
 * nothing.
 *
 * Worked example: 20 MiB in a second of which its vCPU waited 0.8 s is a guest that writes 100 MiB/s, no quiet phase on a link of
 * 90 MiB/s.
 */
export function hasQuietPhases(windows: readonly DirtyWindow[], memoryBytes: Bytes, link: BytesPerSecond): boolean {
  const seen = windows.map((window) => ({
    window,
    waited: window.waitedShare ?? 0,
    ...evidenceOf(window, memoryBytes),
  }))
  return seen.some((quiet) => {
    if (quiet.waited > mostWaited || quiet.likely > ((link * quiet.atMs) / 1000) * (1 - quiet.waited)) return false
    return seen.some(
      (busy) =>
        areAlike(quiet.window, busy.window) &&
        busy.likely > quiet.likely * clearlyMore &&
        busy.likely - quiet.likely > chance * Math.hypot(busy.deviation, quiet.deviation),
    )
  })
}
