import { isDeepStrictEqual } from 'node:util'
import type { MigrationPlan } from '@landfall/api'
import type { Clock } from '../../clock.ts'
import { systemClock } from '../../clock.ts'
import type { Host } from '../../hosts/host.ts'
import type { Dial } from '../../hosts/host-session.ts'
import { HostSession } from '../../hosts/host-session.ts'
import type { GuestMeter } from '../../store/story/guest-meter.ts'
import type { OpenNova } from '../../cloud/nova.ts'
import { noNova } from '../../cloud/open-nova.ts'
import type { Store } from '../../store/store.ts'

/** What every migration of this process is run with. */
export interface RunContext {
  readonly sessions: readonly HostSession[]
  readonly store: Store
  readonly clock: Clock
  /** For a connection of a migration's own; the system's where absent. */
  readonly dial: Dial | undefined
  readonly meter: GuestMeter | null
  /** Of the cloud whose instances the guests may be. */
  readonly nova: OpenNova
  /** Tells others, once, that one is about to be launched. What it takes is limited; it never rejects. */
  readonly beforeLaunch: (id: string, plan: MigrationPlan) => Promise<void>
}

export interface RunOptions {
  readonly hosts: readonly Host[]
  readonly store: Store
  readonly clock?: Clock | undefined
  readonly dial?: Dial | undefined
  readonly meter?: GuestMeter | null | undefined
  readonly nova?: OpenNova | undefined
  readonly beforeLaunch?: RunContext['beforeLaunch'] | undefined
}

/** A context whose hosts may change: what runs keeps the sessions that it has. */
export interface OpenRunContext extends RunContext, AsyncDisposable {
  readonly useHosts: (hosts: readonly Host[]) => void
}

/** With a session for each host, which are let go together; the store stays its owner's. */
export function openRunContext({
  hosts,
  store,
  clock = systemClock,
  dial,
  meter = null,
  nova = noNova,
  beforeLaunch = () => Promise.resolve(),
}: RunOptions): OpenRunContext {
  let sessions: readonly HostSession[] = hosts.map((host) => new HostSession(host, dial))
  // Of hosts that are not used any more: a migration that runs may still need them.
  const retired: HostSession[] = []
  const useHosts = (wanted: readonly Host[]): void => {
    const kept = (host: Host): HostSession | undefined =>
      sessions.find((session) => isDeepStrictEqual(session.host, host))
    const next = wanted.map((host) => kept(host) ?? new HostSession(host, dial))
    retired.push(...sessions.filter((session) => !next.includes(session)))
    sessions = next
  }
  const close = async (): Promise<void> => {
    await Promise.all([...sessions, ...retired].map((session) => session[Symbol.asyncDispose]()))
  }
  return {
    get sessions() {
      return sessions
    },
    store,
    clock,
    dial,
    meter,
    nova,
    beforeLaunch,
    useHosts,
    [Symbol.asyncDispose]: close,
  }
}
