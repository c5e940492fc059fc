import type { Clock } from '../../clock.ts'
import { systemClock } from '../../clock.ts'
import type { Host } from '../../hosts/host.ts'
import type { Dial } from '../../hosts/host-session.ts'
import { HostSession } from '../../hosts/host-session.ts'
import type { GuestMeter } from '../../store/story/guest-meter.ts'
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

export interface RunOptions {
  readonly hosts: readonly Host[]
  readonly store: Store
  readonly clock?: Clock | undefined
  readonly dial?: Dial | undefined
  readonly meter?: GuestMeter | null | undefined
}

/** With a session for each host, which are let go together; the store stays its owner's. */
export function openRunContext({
  hosts,
  store,
  clock = systemClock,
  dial,
  meter = null,
}: RunOptions): RunContext & AsyncDisposable {
  const sessions = hosts.map((host) => new HostSession(host, dial))
  const close = async (): Promise<void> => {
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()))
  }
  return { sessions, store, clock, dial, meter, [Symbol.asyncDispose]: close }
}
