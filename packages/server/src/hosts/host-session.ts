import type { ConnectOptions, Connection, Domain } from '@landfall/libvirt'
import { connect, isNoDomain, LibvirtClientError } from '@landfall/libvirt'
import { serverError } from '../errors.ts'
import type { Host } from './host.ts'

export type Dial = (uri: string, options?: ConnectOptions) => Promise<Connection>

/** Talks to one host; dials again when the connection was lost. */
export class HostSession implements AsyncDisposable {
  readonly host: Host
  readonly #dial: Dial
  #attempt: Promise<Connection> | null = null
  #open: Connection | null = null

  constructor(host: Host, dial: Dial = connect) {
    this.host = host
    this.#dial = dial
  }

  /**
   * The open connection; callers at the same moment share one attempt.
   *
   * @throws LandfallError `host-unreachable`
   */
  connection(): Promise<Connection> {
    if (this.#open !== null && !this.#open.isClosed) return Promise.resolve(this.#open)
    this.#attempt ??= this.#connect().finally(() => {
      this.#attempt = null
    })
    return this.#attempt
  }

  /** The domain of that UUID; null when the host has none. */
  async find(uuid: string): Promise<Domain | null> {
    const connection = await this.connection()
    return connection.domainLookupByUUID(uuid).catch((error: unknown) => {
      if (isNoDomain(error)) return null
      throw error
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#attempt?.catch(() => null)
    await this.#open?.close()
  }

  async #connect(): Promise<Connection> {
    try {
      this.#open = await this.#dial(this.host.uri, { connectTimeoutMs: 10_000 })
      return this.#open
    } catch (error) {
      throw unreachable(this.host, error)
    }
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
