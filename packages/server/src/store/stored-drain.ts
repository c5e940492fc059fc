import type { DrainRequest } from '@landfall/api'
import type { DrainLimits, DrainState } from '@landfall/core'
import { serverError } from '../errors.ts'
import type { DriverIdentity } from './driver-identity.ts'

/** Who drives a drain: a process, and one of the times that it took one up. */
export interface DrainHolder extends DriverIdentity {
  readonly term: string
}

/** What a drain is told from outside, whoever drives it; its driver reads it before each step. */
export interface DrainControl {
  readonly mode: DrainState['mode']
  readonly limits: DrainLimits
}

/** A drain, or the way back, as it is kept. */
export interface StoredDrain {
  readonly id: string
  readonly host: string
  readonly beganAt: number
  readonly endedAt: number | null
  /** When its host took guests again; null while it does not. Of the way back: from its start. */
  readonly releasedAt: number | null
  readonly holder: DrainHolder
  /** Rises while its driver lives. */
  readonly beat: number
  readonly control: DrainControl
  readonly request: DrainRequest
  readonly state: DrainState
}

/** The drain of a host that has not ended yet is in the way of another. */
export const alreadyDraining = ({ id, host }: Pick<StoredDrain, 'id' | 'host'>): Error =>
  serverError(
    'already-draining',
    `${host} is being emptied or filled already, by ${id}`,
    `See it with "landfall drain status ${host}"`,
  )

export interface DrainStore {
  /**
   * Writes that a drain begins. False where the drains that have not ended are not those that were seen when it was planned: they
   * may have taken its room, so that it has to be planned again.
   *
   * @throws LandfallError `already-draining` where one of the same host has not ended
   */
  readonly begin: (
    drain: Omit<StoredDrain, 'endedAt' | 'releasedAt' | 'beat'>,
    seen: readonly string[],
  ) => Promise<boolean>
  /** What its driver knows now. False where another took it over: it must not be driven from here any more. */
  readonly save: (id: string, holder: DrainHolder, state: DrainState) => Promise<boolean>
  /** Its driver lives, and has nothing new to write. Of another's nothing is changed. */
  readonly beat: (id: string, holder: DrainHolder) => Promise<void>
  /** False where whoever had it has written since, or another was quicker. */
  readonly takeOver: (id: string, from: Pick<StoredDrain, 'holder' | 'beat'>, holder: DrainHolder) => Promise<boolean>
  /** For its driver, whoever that is. False where it has ended. */
  readonly control: (id: string, change: Partial<DrainControl>) => Promise<boolean>
  /** Its host takes guests again. */
  readonly release: (id: string, at: number) => Promise<void>
  readonly read: (id: string) => Promise<StoredDrain | null>
  /** Those that have not ended, those whose host takes no guests, and of each host the newest of each kind; newest first. */
  readonly list: () => Promise<readonly StoredDrain[]>
  /** Of that host: all since its last way back, that included, and in any case all since its newest drain; newest first. */
  readonly sinceLastBack: (host: string) => Promise<readonly StoredDrain[]>
}
