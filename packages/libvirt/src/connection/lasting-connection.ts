import { LibvirtClientError, LibvirtError } from '../errors.ts'
import type { Domain } from '../domain/domain.ts'
import type { DomainEventName, DomainEvents } from '../events/domain-events.ts'
import type { EventRegistration } from '../events/event-router.ts'
import { systemClock } from '../rpc/clock.ts'
import { parseUri } from '../config/uri.ts'
import { backOffMs, defaultBackOff } from './back-off.ts'
import type { BackOff } from './back-off.ts'
import { connect } from './connect.ts'
import type { ConnectOptions } from './connect.ts'
import type { Connection } from './connection.ts'

export interface LastingOptions extends Omit<ConnectOptions, 'signal'> {
  readonly backOff?: BackOff
  /** Chance for the back-off, as Math.random. */
  readonly random?: () => number
  /** Called for each attempt that failed, with the time until the next. */
  readonly onRetry?: (error: unknown, delayMs: number) => void
  /** Called where the daemon of a new connection refuses a subscription, which is then forgotten: the others and the host stay. */
  readonly onRefused?: (error: LibvirtError) => void
  /** How a connection is opened; {@link connect} where absent. */
  readonly connect?: (uri: string, options: ConnectOptions) => Promise<Connection>
}

/** Something may have happened that no event told. */
export interface EventGap {
  /** Why the connection was lost. */
  readonly reason: LibvirtClientError
  /** Attempts until it was open again. */
  readonly attempts: number
}

interface Subscription {
  /** Registers on a new connection. */
  readonly restore: (connection: Connection) => Promise<EventRegistration>
  registration: EventRegistration | undefined
}

/**
 * A connection that comes back. When it is lost it is opened again with growing pauses, subscriptions are restored, and then
 * `onGap` says that events may have been missed: libvirt replays nothing, so read the state again.
 *
 * Calls are not repeated: one that was under way fails with LIBVIRT_CONNECTION_LOST, and whether it was carried out is unknown.
 *
 * @example
 * await using host = connectLasting('qemu+tcp://host1/system')
 * host.onGap(() => readEverythingAgain())
 * await host.domainEventRegisterAny('lifecycle', ({ domain, event }) => console.log(domain.name, event))
 * const domains = await (await host.open()).listAllDomains()
 */
export class LastingConnection implements AsyncDisposable {
  readonly uri: string
  readonly #options: LastingOptions
  readonly #subscriptions = new Set<Subscription>()
  readonly #gapHandlers = new Set<(gap: EventGap) => void>()
  readonly #closing = new AbortController()
  readonly #finished: Promise<void>
  #opened = unheard<Connection>()
  /** Settled by the attempt that is under way, else by the next. */
  #attempted = unheard<Connection>()
  /** Ends the pause before the next attempt; undefined while there is none. */
  #hurry: (() => void) | undefined
  #current: Connection | undefined

  constructor(uri: string, options: LastingOptions) {
    // A short name is looked up at each attempt.
    if (uri.includes(':')) parseUri(uri)
    this.uri = uri
    this.#options = options
    this.#finished = this.#stayOpen()
  }

  /** The open connection; undefined while there is none. */
  get current(): Connection | undefined {
    return this.#current
  }

  /**
   * The open connection, or what the attempt that is under way comes to; where there is none, one is made at once, however long
   * the pause would have been. For a caller that would rather hear why there is none than wait.
   */
  async openNow(): Promise<Connection> {
    const connection = this.#current
    if (connection !== undefined && !connection.isClosed) return connection
    if (this.#closing.signal.aborted) return this.#opened.promise
    this.#hurry?.()
    return this.#attempted.promise
  }

  /** The open connection, or the next one. Rejects when this is closed, or when `signal` fires first. */
  async open({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Connection> {
    if (signal === undefined) return this.#opened.promise
    const givenUp = Promise.withResolvers<never>()
    const onAbort = (): void => {
      givenUp.reject(
        new LibvirtClientError('LIBVIRT_ABORTED', `${this.uri}: not open; given up by the caller`, {
          cause: signal.reason,
        }),
      )
    }
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([this.#opened.promise, givenUp.promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /**
   * As {@link Connection.domainEventRegisterAny}, for this and every later connection. Made while there is none, it takes effect
   * with the next.
   */
  async domainEventRegisterAny<Name extends DomainEventName>(
    name: Name,
    handler: (event: DomainEvents[Name]) => void,
    options: { domain?: Domain } = {},
  ): Promise<AsyncDisposable> {
    const subscription: Subscription = {
      restore: (connection) => connection.domainEventRegisterAny(name, handler, options),
      registration: undefined,
    }
    this.#subscriptions.add(subscription)
    const connection = this.#current
    try {
      if (connection !== undefined) await this.#restore(subscription, connection)
    } catch (error) {
      // A connection lost meanwhile is no refusal: the next one restores the subscription.
      if (!connection?.isClosed) {
        this.#subscriptions.delete(subscription)
        throw error
      }
    }
    return {
      [Symbol.asyncDispose]: async () => {
        this.#subscriptions.delete(subscription)
        await subscription.registration?.deregister()
      },
    }
  }

  /** Calls `handler` each time the connection is open again after a loss, subscriptions restored. Returns how to stop. */
  onGap(handler: (gap: EventGap) => void): () => void {
    this.#gapHandlers.add(handler)
    return () => {
      this.#gapHandlers.delete(handler)
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#current?.close()
    await this.#finished
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #stayOpen(): Promise<void> {
    let lostBy: LibvirtClientError | undefined
    let attempts = 0
    while (!this.#closing.signal.aborted) {
      attempts += 1
      const connection = await this.#attempt(attempts)
      if (connection === undefined) continue
      this.#current = connection
      this.#opened.resolve(connection)
      this.#attempted.resolve(connection)
      this.#attempted = unheard()
      if (lostBy !== undefined) for (const handler of this.#gapHandlers) handler({ reason: lostBy, attempts })
      lostBy = await ended(connection)
      attempts = 0
      this.#current = undefined
      this.#opened = unheard()
    }
    const closed = new LibvirtClientError(
      'LIBVIRT_CONNECTION_CLOSED',
      `${this.uri}: the connection was closed by its owner`,
    )
    this.#opened.reject(closed)
    this.#attempted.reject(closed)
  }

  /** An open connection with all subscriptions, or undefined after the pause that a failure costs. */
  async #attempt(attempts: number): Promise<Connection | undefined> {
    let connection: Connection | undefined
    try {
      const { connect: open = connect, ...options } = this.#options
      connection = await open(this.uri, { ...options, signal: this.#closing.signal })
      // Also those that are added meanwhile.
      for (const subscription of this.#subscriptions) await this.#restoreUnlessRefused(subscription, connection)
      connection.assertOpen()
      if (!this.#closing.signal.aborted) return connection
      await connection.close()
    } catch (error) {
      await connection?.close()
      if (this.#closing.signal.aborted) return undefined
      const { backOff = defaultBackOff, random = Math.random, onRetry } = this.#options
      const delayMs = backOffMs(backOff, attempts, random())
      onRetry?.(error, delayMs)
      this.#attempted.reject(error)
      this.#attempted = unheard()
      await this.#pause(delayMs)
    }
    return undefined
  }

  /** What the daemon refuses it would refuse again: that must not keep the host from being reached. */
  async #restoreUnlessRefused(subscription: Subscription, connection: Connection): Promise<void> {
    try {
      await this.#restore(subscription, connection)
    } catch (error) {
      if (!(error instanceof LibvirtError) || connection.isClosed) throw error
      this.#subscriptions.delete(subscription)
      this.#options.onRefused?.(error)
    }
  }

  async #restore(subscription: Subscription, connection: Connection): Promise<void> {
    const registration = await subscription.restore(connection)
    // Disposed of while it was being made.
    if (this.#subscriptions.has(subscription)) subscription.registration = registration
    else await registration.deregister()
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#closing
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end)
        this.#hurry = undefined
        cancel()
        resolve()
      }
      this.#hurry = end
      const cancel = (this.#options.clock ?? systemClock).after(delayMs, end)
      signal.addEventListener('abort', end, { once: true })
    })
  }
}

/** A promise that may fail without anybody waiting for it. */
function unheard<T>(): PromiseWithResolvers<T> {
  const promised = Promise.withResolvers<T>()
  promised.promise.catch(() => {})
  return promised
}

/** Opens a connection that comes back by itself; the first attempt is under way when this returns. Throws LIBVIRT_BAD_URI. */
export const connectLasting = (uri: string, options: LastingOptions = {}): LastingConnection =>
  new LastingConnection(uri, options)

const ended = (connection: Connection): Promise<LibvirtClientError | undefined> =>
  new Promise((resolve) => {
    connection.onClose(resolve)
  })
