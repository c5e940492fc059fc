import type { Answer, MigrationUpdate, NumberedUpdate, Problem, Wish } from '@landfall/api'

/** Something that is wished of a migration which another process drives. */
export interface AskedWish {
  readonly number: number
  readonly migration: string
  readonly wish: Wish
}

/** What a migration tells, or what kept it from its end; both numbered. */
export type Told = NumberedUpdate | { readonly number: number; readonly problem: Problem }

/** What a migration's log has behind what is published already, and an update that is not wanted any more. */
export interface News {
  readonly told: readonly Told[]
  readonly stale: number | null
}

/**
 * What processes that share a store tell each other of the migrations that each drives: wishes and their answers one way, updates the
 * other way, and those only of migrations that somebody follows from elsewhere.
 */
export interface ElsewhereStore {
  /** @returns the number of the wish */
  readonly ask: (migration: string, wish: Wish, at: number) => Promise<number>
  /** Those that nobody has taken, oldest first. */
  readonly asked: () => Promise<readonly AskedWish[]>
  /** By whoever carries it out; false where it was withdrawn meanwhile. */
  readonly take: (number: number) => Promise<boolean>
  readonly answer: (number: number, answer: Answer) => Promise<void>
  /** Null while there is none. */
  readonly answerTo: (number: number) => Promise<Answer | null>
  /** Removes one that was answered, by whoever asked. */
  readonly dropAnswered: (number: number) => Promise<void>
  /** Takes a wish back, and removes it; false where somebody has taken it. */
  readonly withdraw: (number: number) => Promise<boolean>
  /** Asks for a migration's updates. */
  readonly follow: (migration: string, at: number) => Promise<void>
  readonly followed: () => Promise<readonly string[]>
  readonly publish: (migration: string, news: News) => Promise<void>
  /** What is published behind that number. */
  readonly published: (migration: string, after: number) => Promise<readonly Told[]>
  /** Nobody needs to be told of it any more. */
  readonly forget: (migration: string) => Promise<void>
  /**
   * Forgets what whoever had to forget it has not, since it died before: what was asked or told earlier than that, and is not of a
   * migration that goes on or is still to begin.
   */
  readonly forgetOlder: (before: number) => Promise<void>
}

export const isLast = (update: MigrationUpdate): boolean => update.kind === 'ended' || update.kind === 'refused'
