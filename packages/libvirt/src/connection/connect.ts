import type { Duplex } from 'node:stream'
import type { Credentials } from '../auth/credentials.ts'
import { clientEnvironment, resolveUri } from '../config/resolve-uri.ts'
import { systemClock } from '../rpc/clock.ts'
import type { Clock } from '../rpc/clock.ts'
import { defaultKeepalive } from '../rpc/keepalive.ts'
import type { KeepaliveSettings } from '../rpc/keepalive.ts'
import { RpcClient } from '../rpc/rpc-client.ts'
import { openTransport } from '../transport/open-transport.ts'
import type { TransportOptions } from '../transport/transport-options.ts'
import { parseUri } from '../config/uri.ts'
import type { ConnectionUri } from '../config/uri.ts'
import { Connection } from './connection.ts'
import { openSession } from './open-session.ts'
import { patience } from './patience.ts'

export interface ConnectOptions {
  readonly readOnly?: boolean
  /** For a daemon that asks for SASL. The user may be named in the URI instead. */
  readonly credentials?: { readonly username?: string; readonly password: string }
  /** Milliseconds for reaching the daemon and opening the session; 10,000 by default. */
  readonly connectTimeoutMs?: number
  /**
   * Milliseconds that a call waits for its reply unless it says otherwise; 40,000 by default, a little more than libvirt itself
   * waits for a busy domain. Migrations wait without limit.
   */
  readonly callTimeoutMs?: number
  /** Own pings; libvirt's defaults (5 s, 5 times) unless given. The server's pings are answered in any case. */
  readonly keepalive?: KeepaliveSettings | false
  /** Calls outstanding at once, 4 by default; a server with the usual max_client_requests = 5 stalls at 5. */
  readonly maxInFlight?: number
  /** Gives up connecting. */
  readonly signal?: AbortSignal
  /** Opens the byte stream in place of the built-in transports. */
  readonly transport?: (uri: ConnectionUri, options: TransportOptions) => Promise<Duplex>
  readonly clock?: Clock
  /** Called with what an event handler throws; by default it becomes an uncaught exception. */
  readonly onHandlerError?: (error: unknown) => void
}

/**
 * Connects to a libvirt daemon.
 *
 * @example
 * await using connection = await connect('qemu+tcp://host1/system')
 * for (const domain of await connection.listAllDomains()) console.log(domain.name)
 *
 * @param named One of libvirt's URIs: `qemu:///system`, `qemu+unix:///system?socket=PATH`, `qemu+tcp://HOST[:PORT]/system`,
 * `qemu+tls://...`, `qemu+ssh://...`; a short name of libvirt.conf; or nothing: LIBVIRT_DEFAULT_URI, libvirt.conf's uri_default,
 * the local QEMU.
 * @throws LibvirtClientError LIBVIRT_BAD_URI, LIBVIRT_CONNECT_FAILED, LIBVIRT_TIMEOUT, LIBVIRT_AUTH_UNSUPPORTED,
 * LIBVIRT_AUTH_FAILED, ...
 * @throws LibvirtError when the daemon refuses the URI
 */
export const connect = async (named?: string, options: ConnectOptions = {}): Promise<Connection> => {
  const uri = named?.includes(':') === true ? named : await resolveUri(named, clientEnvironment())
  const parsed = parseUri(uri)
  const clock = options.clock ?? systemClock
  using waiting = patience(clock, `connecting to ${uri}`, options.connectTimeoutMs ?? 10_000, options.signal)
  try {
    const open = options.transport ?? openTransport
    const stream = await open(parsed, { readOnly: options.readOnly ?? false, signal: waiting.signal })
    return await openOn(stream, uri, parsed, options, waiting.signal)
  } catch (error) {
    // Why it was given up says more than how the attempt then failed.
    throw waiting.spent() ?? error
  }
}

const openOn = async (
  stream: Duplex,
  uri: string,
  parsed: ConnectionUri,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> => {
  let connection: Connection | undefined
  const rpc = new RpcClient(stream, {
    clock: options.clock ?? systemClock,
    maxInFlight: options.maxInFlight ?? 4,
    callTimeoutMs: options.callTimeoutMs ?? 40_000,
    sending: parsed.transport === 'tls' ? 'apart' : 'together',
    onEvent: (program, procedure, body) => {
      connection?.acceptEvent(program, procedure, body)
    },
    onClose: (error) => {
      connection?.acceptClose(error)
    },
  })
  const giveUp = (): void => {
    rpc.close()
  }
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    const session = await openSession(rpc, {
      daemonUri: parsed.daemonUri,
      readOnly: options.readOnly ?? false,
      isPrivate: parsed.transport !== 'tcp',
      credentials: credentialsFor(parsed, options),
    })
    rpc.assertOpen('CONNECT_OPEN')
    connection = new Connection(rpc, { uri, libVersion: session.libVersion, onHandlerError: options.onHandlerError })
    const keepalive = options.keepalive ?? defaultKeepalive
    if (keepalive !== false && session.supportsKeepalive) rpc.startKeepalive(keepalive)
    return connection
  } catch (error) {
    rpc.close()
    await rpc.ended
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

const credentialsFor = ({ user }: ConnectionUri, { credentials }: ConnectOptions): Credentials | undefined => {
  const username = credentials?.username ?? user
  return credentials === undefined || username === undefined ? undefined : { username, password: credentials.password }
}
