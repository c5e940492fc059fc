import type { ConnectOptions, Connection, Domain, DomainEventName, DomainEvents } from '@landfall/libvirt'
import { connect, connectLasting, isNoDomain, LibvirtClientError } from '@landfall/libvirt'
import type { LastingConnection } from '@landfall/libvirt'
import { serverError } from '../errors.ts'
import type { Host } from './host.ts'

export type Dial = (uri: string, options?: ConnectOptions) => Promise<Connection>

const connectTimeoutMs = 10_000

/** Talks to one host for as long as it is wanted: a connection that was lost is opened again, and hears the same events. */
export class HostSession implements AsyncDisposable {
  readonly host: Host
  readonly #dial: Dial
  #lasting: LastingConnection | null = null

  constructor(host: Host, dial: Dial = connect) {
    this.host = host
    this.#dial = dial
  }

  /**
   * The open connection; callers at the same moment share one attempt.
   *
   * @throws LandfallError `host-unreachable`
   */
  async connection(): Promise<Connection> {
    try {
      return await this.#open().openNow()
    } catch (error) {
      throw unreachable(this.host, error)
    }
  }

  /** Whether there is a connection now: what was heard over it still holds. */
  get isOpen(): boolean {
    const connection = this.#lasting?.current
    return connection !== undefined && !connection.isClosed
  }

  /** The domain of that UUID; null when the host has none. */
  async find(uuid: string): Promise<Domain | null> {
    const connection = await this.connection()
    return connection.domainLookupByUUID(uuid).catch((error: unknown) => {
      if (isNoDomain(error)) return null
      throw error
    })
  }

  /** Hears events of this and every later connection, until it is disposed of. */
  hear<Name extends DomainEventName>(
    name: Name,
    handler: (event: DomainEvents[Name]) => void,
    options: { readonly domain?: Domain } = {},
  ): Promise<AsyncDisposable> {
    return this.#open().domainEventRegisterAny(name, handler, options)
  }

  /** Calls `handler` whenever events may have been missed: the connection was lost, and is open again. Returns how to stop. */
  onGap(handler: () => void): () => void {
    return this.#open().onGap(handler)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lasting?.close()
  }

  #open(): LastingConnection {
    this.#lasting ??= connectLasting(this.host.uri, { connectTimeoutMs, connect: this.#dial })
    return this.#lasting
  }
}

function unreachable(host: Host, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error)
  const next =
    error instanceof LibvirtClientError && error.code === 'LIBVIRT_BAD_URI'
      ? `Correct the URI of ${host.name}: ${host.uri}`
      : `Check that libvirtd (virtqemud) runs there and that ${host.uri} is right`
  return serverError('host-unreachable', `${host.name} cannot be reached: ${why.split('\n')[0] ?? why}`, next, error)
}
