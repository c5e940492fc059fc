import type { Duplex } from 'node:stream'
import type { ConnectionUri } from '../config/uri.ts'
import { connectFailed } from './connect-failed.ts'
import { connectSocket } from './connect-socket.ts'
import type { TransportOptions } from './transport-options.ts'

const defaultPort = 16509

/** libvirtd's or virtproxyd's plain TCP socket. */
export const openTcp = async (uri: ConnectionUri, { signal }: TransportOptions): Promise<Duplex> => {
  const port = uri.port ?? defaultPort
  try {
    const socket = await connectSocket({ host: uri.host, port }, signal)
    // Calls are small and wait for their reply: Nagle's algorithm would only hold them back.
    socket.setNoDelay(true)
    return socket
  } catch (cause) {
    throw connectFailed(
      `${uri.host}:${port} (tcp)`,
      cause,
      'is the daemon listening there (listen_tcp = 1, libvirtd --listen)?',
    )
  }
}
