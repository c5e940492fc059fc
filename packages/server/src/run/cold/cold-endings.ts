import type { ColdFacts } from '@landfall/core'
import { advise, defaultShutdownLimitMs, formatDuration } from '@landfall/core'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import type { ColdEnding } from './cold-report.ts'
import type { SeenTimes } from './seen-times.ts'

export function failed(outcome: 'failed' | 'aborted', code: string, message: string): ColdEnding {
  return { outcome, reason: { code, message }, downtimeMs: null }
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export function landedEnding(
  { id, guest, source, destination, cold }: MigrationRecord,
  seen: Pick<SeenTimes, 'times' | 'downtimeMs'>,
): ColdEnding {
  const revertOf = cold?.revertOf ?? null
  const booted = seen.times.bootMs === undefined ? 'its own boot follows' : 'its guest agent answers'
  const kept = cold?.confirmAtOnce !== true && revertOf === null
  const how = revertOf === null ? '' : ` again, from the definition that was kept there (${revertOf.migration})`
  const keeps = `${source} keeps its definition: `
  const next = advise`${keeps}${{ action: 'confirm', migration: id }} removes it, ${{ action: 'revert', migration: id }} goes back`
  return {
    outcome: 'completed',
    reason: {
      code: 'landed',
      message: `${guest.name} was started on ${destination}${how}; ${booted}`,
      ...(kept ? { next } : {}),
    },
    downtimeMs: seen.downtimeMs,
    ...(kept ? { keptOn: source } : {}),
  }
}

/**
 * For a guest that still runs where it was: null while it may take longer to shut down. Once it is shut off the deadline
 * counts no more, for it would not come back any sooner.
 */
export function overdueEnding(
  { record, beganAt }: Pick<MigrationStory, 'record' | 'beganAt'>,
  shutdownAskedAt: number | null,
  now: number,
): ColdEnding | null {
  const { deadlineMs = Infinity, shutdownLimitMs = defaultShutdownLimitMs } = record.intent
  const still = `it runs on ${record.source}, and may still shut down`
  if (now - beganAt >= deadlineMs) {
    const message = `${record.guest.name} did not shut down by the deadline, ${formatDuration(deadlineMs)} from the start; ${still}`
    return failed('aborted', 'deadline-cannot-be-met', message)
  }
  if (shutdownAskedAt === null || now - shutdownAskedAt <= shutdownLimitMs) return null
  const message = `${record.guest.name} did not shut down within ${Math.round(shutdownLimitMs / 1000)} s; ${still}`
  return failed('failed', 'migration-failed', message)
}

/** A person has to look: it is started nowhere. */
export function unclearEnding({ guest, source }: MigrationRecord, goesOnAs: ColdFacts['goesOnAs']): ColdEnding {
  const { name } = guest
  switch (goesOnAs) {
    case 'moved-away':
      return failed(
        'failed',
        'unclear',
        `somebody else has moved ${name} away from ${source}: find it before you start it anywhere`,
      )
    case 'saved':
      return failed(
        'failed',
        'unclear',
        `the memory of ${name} was saved to a file on ${source} (virsh managedsave): start it there, or remove the file, before it is moved`,
      )
    case 'saved-to-file':
      return failed(
        'failed',
        'unclear',
        `the memory of ${name} was saved to a file by somebody on ${source} (virsh save): its disks go with that file, and virsh restore starts it`,
      )
    case null:
      return failed(
        'failed',
        'unclear',
        `cannot tell where ${name} may run; look at both hosts before you start it anywhere`,
      )
  }
}

/** The guest may be shut off on both hosts: it is not over. */
export function leftEnding(guest: string, message: string): ColdEnding {
  const next = advise`${{ action: 'watch', guest }} goes on from there`
  const ending = failed('failed', 'unclear', message)
  return { ...ending, reason: { ...ending.reason, next }, unfinished: true }
}

export const elsewhereEnding = ({ guest, source }: MigrationRecord, host: string): ColdEnding =>
  failed(
    'failed',
    'unclear',
    `${guest.name} runs on ${host}, where somebody else has brought it: it is started nowhere else; ${source} keeps a definition of it that does not start with its host`,
  )
