import type { Clock } from '../../clock.ts'
import type { Dial, HostSession } from '../../hosts/host-session.ts'
import type { GuestMeter } from '../../store/migration-report.ts'
import type { Store } from '../../store/store.ts'

/** What every migration of this process is run with. */
export interface RunContext {
  readonly sessions: readonly HostSession[]
  readonly store: Store
  readonly clock: Clock
  /** For a connection of a migration's own; the system's where absent. */
  readonly dial: Dial | undefined
  readonly meter: GuestMeter | null
}
