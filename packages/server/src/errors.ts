import { LandfallError } from '@landfall/core'

/**
 * The codes that this room adds to core's tree, by family. A code never changes its meaning.
 */
export const serverErrorFamilies = {
  /** What the caller wrote cannot be used; nothing was started. */
  input: [
    'bad-config',
    'no-hosts',
    'unknown-host',
    'unknown-guest',
    'ambiguous-guest',
    'same-host',
    'no-migration',
    'nothing-kept',
    'bad-metadata',
  ],
  /** A host did not answer; nothing was started. */
  unreachable: ['host-unreachable'],
  /** The guest cannot be moved there as things are; nothing was started. */
  refused: ['preflight'],
  /** Asked for while it cannot be done; nothing was changed. */
  conflict: [
    'already-driven',
    'abort-in-post-copy',
    'only-definition',
    'not-running',
    'moved-on',
    'too-many-at-once',
    'unfinished',
  ],
} as const

export type ServerErrorCode = (typeof serverErrorFamilies)[keyof typeof serverErrorFamilies][number]

/** A coded error of this room. */
export function serverError(code: ServerErrorCode, message: string, next: string, cause?: unknown): LandfallError {
  return new LandfallError(code, message, cause === undefined ? { next } : { next, cause })
}
