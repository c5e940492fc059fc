import type { CauseCode } from '../finding.ts'
import type { Side } from '../side.ts'

/** Where words are met on the way of a migration. */
export type Met = 'check' | 'prepare' | 'copy' | 'end' | 'cold' | 'conductor'

/** What a message of libvirt, QEMU or Nova means, and what to do about it. */
export interface Meaning {
  /** `ssh-host-key`: stable, for scripts. */
  readonly which: string
  readonly pattern: RegExp
  readonly side: Side
  /** What is the matter, without the message's own words. */
  readonly words: string
  /** One command that shows whether it is so; `{source}`, `{destination}`, `{instance}`, `{1}` (of the pattern) are filled in. */
  readonly check: string
  readonly fix: string
  /** Options whose lines on both hosts belong beside it. */
  readonly options: readonly string[]
  /** Where a check, a preparation or the scheduler says it: nothing was copied. */
  readonly refusal: Extract<CauseCode, 'pre-check-failed' | 'destination-full'> | null
  /** As the program writes it. */
  readonly example: string
  readonly met: Met
}

interface More {
  readonly options?: readonly string[]
  /** `pre-check-failed` where nothing is said. */
  readonly refusal?: Meaning['refusal']
  readonly met?: Met
}

/** One line of the table. */
export const meaning = (
  which: string,
  side: Side,
  pattern: RegExp,
  words: string,
  check: string,
  fix: string,
  example: string,
  { options = [], refusal = 'pre-check-failed', met = 'check' }: More = {},
): Meaning => ({ which, side, pattern, words, check, fix, example, options, refusal, met })
