import type { Milliseconds } from '../../units.ts'
import type { DrainedGuest } from '../state.ts'

/** What others do on the hosts changes: older moves say nothing of now. */
const mostSeen = 4

/**
 * How long a move takes until its first byte is sent, where so much was predicted: as the latest moves of this drain have shown it, and
 * as predicted while none has.
 */
export function preparation(guests: readonly DrainedGuest[]): (predictedMs: Milliseconds) => Milliseconds {
  const seen = guests
    .flatMap(({ stage }) => {
      if ((stage.kind !== 'moving' && stage.kind !== 'moved') || stage.copiedFrom === undefined) return []
      const began = stage.kind === 'moved' ? stage.startedAt : stage.since
      return [{ at: stage.copiedFrom, tookMs: Math.max(0, stage.copiedFrom - began) }]
    })
    .toSorted((a, b) => b.at - a.at)
    .slice(0, mostSeen)
  if (seen.length === 0) return (predictedMs) => predictedMs
  const meanMs = seen.reduce((sum, { tookMs }) => sum + tookMs, 0) / seen.length
  return () => meanMs
}
