import type { MigrationRequest } from '@landfall/api'
import type { DriverIdentity } from './driver-identity.ts'

/** A migration that was asked for and has not begun: whoever dies meanwhile is followed by one who begins it. */
export interface StoredRequest {
  /** The ID that the migration will have. */
  readonly id: string
  readonly at: number
  /** Who waits, or plans, for it. */
  readonly holder: DriverIdentity
  readonly request: MigrationRequest
}

export interface RequestStore {
  /** Keeps it, or gives it to another holder. */
  readonly keep: (request: StoredRequest) => Promise<void>
  readonly drop: (id: string) => Promise<void>
  /** Oldest first. */
  readonly list: () => Promise<readonly StoredRequest[]>
}
