import type { MigrationRequest, RevertRequest } from '@landfall/api'
import { advise } from '@landfall/core'
import { serverError } from '../errors.ts'
import type { DriverIdentity } from './driver-identity.ts'

/** A migration that was asked for and has not begun: whoever dies meanwhile is followed by one who begins it. */
export interface StoredRequest {
  /** The ID that the migration will have. */
  readonly id: string
  readonly at: number
  /** Who waits, or plans, for it. */
  readonly holder: DriverIdentity
  readonly request: MigrationRequest | StoredRevert
  /** Absent until Nova is about to be asked for it. */
  readonly asking?: AskingNova | undefined
}

/** Written before Nova is asked: what Nova has of the instance after that migration is what was asked for. */
export interface AskingNova {
  /** UUID */
  readonly instance: string
  /** Nova's number of the newest that it had; null where it had none. */
  readonly newestBefore: number | null
  /** Why it is to be aborted, where that was accepted: it is what Nova carries out by now. */
  readonly abort?: string | undefined
}

/** With what it is about, as it was found. */
export interface StoredRevert extends RevertRequest {
  readonly guest: string
  readonly to: string
}

export const isRevert = (request: StoredRequest['request']): request is StoredRevert => 'migration' in request

/** Of whoever would begin one that is no longer theirs. */
export const carriedElsewhere = (id: string): Error =>
  serverError(
    'withdrawn',
    `${id} is carried out elsewhere by now, or was withdrawn: nothing was started here`,
    advise`See it with ${{ action: 'report', migration: id }}`,
  )

export interface RequestStore {
  /**
   * Keeps it, for as long as its holder lives, and in the same moment what is answered to the key that it was asked with.
   *
   * @returns false where that key is used already; then nothing is kept
   */
  readonly keep: (request: StoredRequest, answer?: KeyAnswer) => Promise<boolean>
  /** Goes on with one that was claimed; false where it is another's by now, or is over: then it is not to be begun here. */
  readonly renew: (id: string, holder: DriverIdentity) => Promise<boolean>
  /** Notes that Nova is about to be asked; false where it is another's by now, and Nova is not to be asked. */
  readonly asking: (id: string, holder: DriverIdentity, asking: AskingNova) => Promise<boolean>
  /** With the key that it was kept with, where that is to be free again. Nothing for one that is another's by now. */
  readonly drop: (id: string, holder: DriverIdentity, key?: RequestKey) => Promise<void>
  /** Oldest first. */
  readonly list: () => Promise<readonly StoredRequest[]>
  /** Those whose holder lives no more, oldest first. */
  readonly left: () => Promise<readonly StoredRequest[]>
  /** Makes one that was left one's own; as it stands then, null where somebody else was quicker. */
  readonly claim: (id: string, holder: DriverIdentity) => Promise<StoredRequest | null>
}

/** A key that a caller gave to a request, so that it is done once. */
export interface RequestKey {
  readonly caller: string
  readonly key: string
  readonly at: number
}

/** A key, and what it is used for. */
export interface UsedKey {
  readonly key: RequestKey
  readonly fingerprint: string
}

export interface KeyAnswer extends UsedKey {
  readonly answer: unknown
}

/** What a key was used for before. */
export type KeyUse =
  /** Nothing. */
  | { readonly kind: 'new' }
  /** A request whose answer is not known, or not yet. */
  | { readonly kind: 'open'; readonly fingerprint: string }
  | { readonly kind: 'answered'; readonly fingerprint: string; readonly answer: unknown }

/** How long a key is remembered. */
export const keyKeptMs = 24 * 3_600_000

/** The keys of requests and what was answered to each, for every server of a fleet. Each is forgotten after {@link keyKeptMs}. */
export interface RequestKeyStore {
  /** What it was used for within that time; uses it for nothing. */
  readonly find: (key: RequestKey) => Promise<KeyUse>
  /** Uses a key for a request where nobody has: it is this request's where it was new. */
  readonly claim: (key: RequestKey, fingerprint: string) => Promise<KeyUse>
  readonly answer: (key: RequestKey, answer: unknown) => Promise<void>
  /**
   * Nothing was done: the next request may have the key.
   *
   * @param fingerprint only where it is used for that: whoever is late takes nothing from who has it by now
   */
  readonly drop: (key: RequestKey, fingerprint?: string) => Promise<void>
}
