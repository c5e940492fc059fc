import { onTestFinished } from 'vitest'
import { connect } from '../src/index.ts'
import type { ConnectOptions, Connection } from '../src/index.ts'
import { FakeLibvirtd, ManualClock } from '../src/testing/fake-libvirtd.ts'
import type { FakeClient, FakeLibvirtdOptions } from '../src/testing/fake-libvirtd.ts'

export const guest = { name: 'guest1', uuid: '6a3d2f60-58e3-4c0f-9b36-0b6d3f1c2a11', id: 3 }

export interface Session {
  readonly daemon: FakeLibvirtd
  readonly connection: Connection
  /** The daemon's side of the connection. */
  readonly client: FakeClient
  readonly clock: ManualClock
}

/** A connection to a fake daemon, closed when the test ends; a timer, stream, call or event handler left behind then fails the test. */
export const openSession = async (
  options: ConnectOptions = {},
  daemonOptions: FakeLibvirtdOptions = {},
): Promise<Session> => {
  const daemon = new FakeLibvirtd(daemonOptions)
  const clock = new ManualClock()
  const connection = await connect('qemu:///system', { transport: daemon.transport, clock, ...options })
  const [client] = daemon.clients
  if (client === undefined) throw new Error('nobody connected')
  onTestFinished(async () => {
    const closed = connection.close()
    await settle()
    // A muted daemon says no goodbye; the client waits a second for it.
    clock.advance(1000)
    await closed
    await daemon[Symbol.asyncDispose]()
    if (clock.pendingTimers !== 0) throw new Error(`${clock.pendingTimers} timers were left behind`)
    if (!client.isClosed) throw new Error('the connection was left open')
    const { inFlight, queued, registrations } = connection.load
    if (inFlight + queued > 0) throw new Error(`${inFlight + queued} calls were left behind`)
    if (registrations > 0) throw new Error(`${registrations} event handlers were left behind`)
  })
  daemon.calls.length = 0
  return { daemon, connection, client, clock }
}

/** Lets everything that is ready run. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}

/** The error that a promise was rejected with. */
export const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

/** A promise and what settles it. */
export const deferred = <T>(): PromiseWithResolvers<T> => Promise.withResolvers<T>()
