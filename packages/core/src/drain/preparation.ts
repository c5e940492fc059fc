import type { Milliseconds } from '../units.ts'
import type { DrainedGuest } from './state.ts'

/** What others do on the hosts changes: older moves say nothing of now. */
const mostSeen = 4

/**
 * How long a move takes until its first byte is sent, where so much was foretold: as the latest moves of this drain have shown it, of
 * which each counts as much as the forecast.
 */
export function preparation(guests: readonly DrainedGuest[]): (foretoldMs: Milliseconds) => Milliseconds {
  const seen = guests
    .flatMap(({ stage }) => {
      if ((stage.kind !== 'moving' && stage.kind !== 'moved') || stage.copiedFrom === undefined) return []
      const began = stage.kind === 'moved' ? stage.startedAt : stage.since
      return [{ at: stage.copiedFrom, tookMs: Math.max(0, stage.copiedFrom - began) }]
    })
    .toSorted((a, b) => b.at - a.at)
    .slice(0, mostSeen)
  const sum = seen.reduce((all, { tookMs }) => all + tookMs, 0)
  return (foretoldMs) => (sum + foretoldMs) / (seen.length + 1)
}
