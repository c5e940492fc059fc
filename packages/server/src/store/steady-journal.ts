import type { JournalEntry } from './entry.ts'

/**
 * A journal that cannot be written (a full disk) must not leave a migration that runs without its driver: it is steered and
 * undone from memory, and the trouble told, once for all samples. Before anything was asked of a host, it does end it.
 */
export function steadyJournal(
  write: (entry: JournalEntry) => void,
  tell: (message: string) => void,
): (entry: JournalEntry) => void {
  let toldOfSamples = false
  return (entry) => {
    try {
      write(entry)
    } catch (error) {
      if (mustComeFirst(entry)) throw error
      if (entry.kind === 'sample' && toldOfSamples) return
      toldOfSamples ||= entry.kind === 'sample'
      const why = error instanceof Error ? error.message : String(error)
      tell(`the journal cannot be written (${why}): "${entry.kind}" is missing in it; the migration is driven on`)
    }
  }
}

/** What is about to be begun on a host, and can still be left alone. */
function mustComeFirst(entry: JournalEntry): boolean {
  return entry.kind === 'launching' || (entry.kind === 'disk' && entry.stage === 'intended')
}
