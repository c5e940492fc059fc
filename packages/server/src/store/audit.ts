import { createHash } from 'node:crypto'

/** Something that somebody did by a service, or to its store: written before it is done, and again with its outcome. */
export interface AuditedAct {
  readonly at: number
  /** Name of the token, never its text; of a command on the store `local:USER@HOST`. */
  readonly caller: string
  readonly requestId: string
  /** Of a request; `command` where the path is that of a command. */
  readonly method: string
  readonly path: string
  /** What was to be done with what: `kind=abort id=m1`; null where it says nothing of the kind. */
  readonly target: string | null
  /** Null before it is done; the outcome has the same `requestId`. */
  readonly status: number | null
}

/** An act with its place in the trail: each hash covers the one before it, so that nothing can be changed or taken out unseen. */
export interface AuditEntry {
  readonly seq: number
  readonly act: AuditedAct
  readonly hash: string
}

export interface AuditStore {
  readonly add: (act: AuditedAct) => Promise<void>
  /** Oldest first. */
  readonly read: () => Promise<readonly AuditEntry[]>
}

/** The hash of the entry before the first. */
export const noHash = ''

export const chainedHash = (before: string, body: string): string =>
  createHash('sha256').update(before).update('\n').update(body).digest('hex')

/**
 * The first entry that is not what it was when it was written, or behind which some are missing; null where the trail is whole.
 * What was cut off at the end cannot be seen by this: compare the last number with one that was kept elsewhere.
 */
export function firstBroken(entries: readonly AuditEntry[]): AuditEntry | null {
  let [hash, seq] = [noHash, 0]
  for (const entry of entries) {
    hash = chainedHash(hash, JSON.stringify(entry.act))
    seq += 1
    if (entry.seq !== seq || entry.hash !== hash) return entry
  }
  return null
}
