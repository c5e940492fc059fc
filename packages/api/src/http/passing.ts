import { LandfallError } from '@landfall/core'

const passing: readonly string[] = ['server-unreachable', 'too-many-requests', 'store-unusable']
/** Of those whom the service asks itself. */
const silent: readonly string[] = ['host-unreachable', 'nova-unreachable']

/**
 * Whether an error says nothing of what was asked about, and may be gone when it is asked again: a service restarts, refuses for now
 * where many come back to it at once, or cannot use its store.
 */
export const isPassing = (error: unknown): error is LandfallError =>
  error instanceof LandfallError && passing.includes(error.code)

/** As {@link isPassing}, for the service: what a host or Nova did not answer may be answered in a moment, too. */
export const isPassingWithin = (error: unknown): error is LandfallError =>
  isPassing(error) || (error instanceof LandfallError && silent.includes(error.code))

/** So long it is asked again. A service that restarts is back by then. */
export const patienceMs = 60_000
