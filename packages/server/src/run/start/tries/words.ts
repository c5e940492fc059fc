import { formatDuration, transientFailures } from '@landfall/core'
import type { EndedTry } from '../../../store/story/entry.ts'

/** What is told while another try is waited for. */
export function waitingWords({ kind, reason }: EndedTry, failed: number, waitMs: number): string {
  const when = waitMs > 0 ? `in ${formatDuration(waitMs)}` : 'now'
  return `try ${failed} failed (${reason.message}): ${transientFailures[kind].means}; try ${failed + 1} begins ${when}`
}
