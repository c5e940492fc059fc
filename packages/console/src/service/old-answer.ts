import { LandfallError } from '@landfall/core'

/** An answer as it is kept, and what kept it from being asked for again. */
export interface KeptAnswer {
  /** Undefined where there is none yet. */
  readonly data: unknown
  /** Null where it was answered when it was asked for last. */
  readonly error: unknown
  readonly dataUpdatedAt: number
}

/**
 * The oldest answer that is shown although it could not be asked for again; null where there is none. A service that does not answer at
 * all is told otherwise. Pure.
 */
export function oldestAnswer<Answer extends KeptAnswer>(shown: readonly Answer[]): Answer | null {
  const old = shown.filter(({ data, error }) => data !== undefined && error !== null && !isUnreachable(error))
  return old.toSorted((one, other) => one.dataUpdatedAt - other.dataUpdatedAt)[0] ?? null
}

const isUnreachable = (error: unknown): boolean => error instanceof LandfallError && error.code === 'server-unreachable'
