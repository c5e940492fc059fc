import type { Advice } from './advice.ts'

/**
 * The tree of coded errors. A code never changes its meaning; text may. Rooms above core add codes of their own
 * under the same five families.
 */
export const errorFamilies = {
  /** What the caller wrote cannot be read. */
  input: ['bad-size', 'bad-rate', 'bad-duration', 'bad-percent', 'bad-intent', 'bad-facts'],
  /** Decided before anything was started. */
  refused: [
    'pause-limit',
    'deadline',
    'will-not-converge',
    'post-copy-not-possible',
    'cold-not-possible',
    'disks-will-not-converge',
  ],
  /** Decided while it ran; the guest stays on its source. */
  aborted: [
    'will-not-converge',
    'disks-will-not-converge',
    'deadline-cannot-be-met',
    'no-progress',
    'pause-limit',
    'asked',
    'nova-monitor-silent',
    'timeout',
  ],
  failed: ['post-copy-broken', 'migration-failed'],
  /** A fault of ours. */
  internal: ['bad-state'],
} as const

export type InputErrorCode = (typeof errorFamilies.input)[number]
export type RefusalCode = (typeof errorFamilies.refused)[number]
export type AbortCode = (typeof errorFamilies.aborted)[number]

export interface LandfallErrorOptions {
  /** What to do next, when the message does not say it already. */
  readonly next?: Advice
  readonly cause?: unknown
}

/** The base of every error that Landfall throws on purpose: match on `code`, never on the message. */
export class LandfallError<Code extends string = string> extends Error {
  override readonly name: string = 'LandfallError'
  readonly code: Code
  readonly next: Advice | undefined

  constructor(code: Code, message: string, options: LandfallErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.next = options.next
  }
}

/** Something that was written by hand cannot be read; the one-line message says what is accepted. */
export class InputError extends LandfallError<InputErrorCode> {
  override readonly name = 'InputError'
}
