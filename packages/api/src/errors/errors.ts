import type { InputErrorCode } from '@landfall/core'
import type { ExitCode } from './exit-codes.ts'
import { exitCodes } from './exit-codes.ts'

/** What has happened, as far as a caller has to act differently. */
export type ErrorFamily =
  /** What the caller wrote cannot be used; nothing was started. */
  | 'input'
  /** What the caller named is not there; nothing was started. */
  | 'not-found'
  /** A host did not answer; nothing was started. */
  | 'unreachable'
  /** The guest cannot be migrated there as things are; nothing was started. */
  | 'refused'
  /** Asked for while it cannot be done; nothing was changed. */
  | 'conflict'
  /** Whoever asks is not known to the service. */
  | 'unknown-caller'
  /** Whoever asks may not do that. */
  | 'not-permitted'
  /** Too much at a time; nothing was started. */
  | 'too-much'
  /** Longer than what is taken. */
  | 'too-large'
  /** A fault of ours. */
  | 'internal'
  /** There was nothing to look at: neither good nor bad is said of it. */
  | 'nothing-examined'

/** How each family is answered: over HTTP, and by a command. */
export const families: Readonly<Record<ErrorFamily, { readonly httpStatus: number; readonly exitCode: ExitCode }>> = {
  input: { httpStatus: 400, exitCode: exitCodes.badInput },
  'not-found': { httpStatus: 404, exitCode: exitCodes.badInput },
  unreachable: { httpStatus: 503, exitCode: exitCodes.unreachable },
  refused: { httpStatus: 422, exitCode: exitCodes.refused },
  conflict: { httpStatus: 409, exitCode: exitCodes.refused },
  'unknown-caller': { httpStatus: 401, exitCode: exitCodes.badInput },
  'not-permitted': { httpStatus: 403, exitCode: exitCodes.badInput },
  'too-much': { httpStatus: 429, exitCode: exitCodes.refused },
  'too-large': { httpStatus: 413, exitCode: exitCodes.badInput },
  internal: { httpStatus: 500, exitCode: exitCodes.internal },
  'nothing-examined': { httpStatus: 422, exitCode: exitCodes.nothingExamined },
}

/** What is written by hand and cannot be read. */
const ofInput: Readonly<Record<InputErrorCode, ErrorFamily>> = {
  'bad-size': 'input',
  'bad-rate': 'input',
  'bad-duration': 'input',
  'bad-percent': 'input',
  'bad-intent': 'input',
  'bad-facts': 'input',
}

/** What the server says of hosts, guests and migrations. */
const ofServer = {
  'bad-config': 'input',
  'nothing-examined': 'nothing-examined',
  'bad-metadata': 'input',
  'no-hosts': 'input',
  'same-host': 'input',
  'ambiguous-guest': 'input',
  'unknown-host': 'not-found',
  'unknown-name': 'not-found',
  'unknown-guest': 'not-found',
  'no-migration': 'not-found',
  'nothing-kept': 'not-found',
  'host-unreachable': 'unreachable',
  'server-unreachable': 'unreachable',
  'libvirt-failed': 'internal',
  'no-drain': 'not-found',
  preflight: 'refused',
  'no-room': 'refused',
  'drain-refused': 'refused',
  'already-draining': 'conflict',
  'already-driven': 'conflict',
  'abort-in-post-copy': 'conflict',
  'only-definition': 'conflict',
  'not-running': 'conflict',
  'moved-on': 'conflict',
  'owned-by-nova': 'conflict',
  'nova-not-configured': 'refused',
  'nova-refused': 'refused',
  'nova-unreachable': 'unreachable',
  'no-agreement': 'conflict',
  'repair-refused': 'refused',
  'too-many-at-once': 'conflict',
  unfinished: 'conflict',
  withdrawn: 'conflict',
  'name-taken': 'conflict',
  'store-unusable': 'internal',
  'bad-request': 'input',
  'no-such-path': 'not-found',
  'unknown-token': 'unknown-caller',
  'sign-in-refused': 'unknown-caller',
  'issuer-unreachable': 'unreachable',
  'scope-too-small': 'not-permitted',
  'not-permitted-path': 'not-permitted',
  'too-many-requests': 'too-much',
  'body-too-large': 'too-large',
  'key-used-otherwise': 'conflict',
  'key-unfinished': 'conflict',
} as const satisfies Readonly<Record<string, ErrorFamily>>

/** The codes of errors that the server throws. A code never changes its meaning. */
export type ServerErrorCode = keyof typeof ofServer
export type ErrorCode = InputErrorCode | ServerErrorCode | 'no-laboratory' | 'bad-state' | 'internal'

/** Every code that an error can have, with its family. */
export const errorFamily: Readonly<Record<ErrorCode, ErrorFamily>> = {
  ...ofInput,
  ...ofServer,
  'no-laboratory': 'not-found',
  'bad-state': 'internal',
  internal: 'internal',
}

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorFamily, code)

/** How an error of that code is answered; one that nobody knows is a fault of ours. */
export const answerTo = (code: string): (typeof families)[ErrorFamily] =>
  families[isErrorCode(code) ? errorFamily[code] : 'internal']
