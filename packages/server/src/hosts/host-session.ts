import type { ConnectOptions, Connection, Domain } from '@landfall/libvirt'
import { connect, isNoDomain, LibvirtClientError } from '@landfall/libvirt'
import { serverError } from '../errors.ts'
import type { Host } from './host.ts'

export type Dial = (uri: string, options?: ConnectOptions) => Promise<Connection>

/** Talks to one host; dials again when the connection was lost. */
export class HostSession implements AsyncDisposable {
  readonly host: Host
  readonly #dial: Dial
  #connection: Promise<Connection> | null = null

  constructor(host: Host, dial: Dial = connect) {
    this.host = host
    this.#dial = dial
  }

  /**
   * The open connection.
   *
   * @throws LandfallError `host-unreachable`
   */
  async connection(): Promise<Connection> {
    const current = await this.#connection?.catch(() => null)
    if (current !== undefined && current !== null && !current.isClosed) return current
    this.#connection = this.#dial(this.host.uri, { connectTimeoutMs: 10_000 })
    try {
      return await this.#connection
    } catch (error) {
      throw unreachable(this.host, error)
    }
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
    const connection = await this.#connection?.catch(() => null)
    await connection?.close()
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
