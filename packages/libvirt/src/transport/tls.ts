import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import type { Duplex } from 'node:stream'
import type { ConnectionUri } from '../config/uri.ts'
import { connectFailed } from './connect-failed.ts'
import type { TransportOptions } from './transport-options.ts'

const defaultPort = 16514

/** Where the client's certificates are: libvirt's system paths, or all three in the directory `pkipath`. */
export const certificatePaths = (pkipath: string | undefined): { ca: string; cert: string; key: string } =>
  pkipath === undefined
    ? {
        ca: '/etc/pki/CA/cacert.pem',
        cert: '/etc/pki/libvirt/clientcert.pem',
        key: '/etc/pki/libvirt/private/clientkey.pem',
      }
    : { ca: `${pkipath}/cacert.pem`, cert: `${pkipath}/clientcert.pem`, key: `${pkipath}/clientkey.pem` }

/** TLS with x509 certificates on both sides. `no_verify=1` accepts any server certificate, as in libvirt. */
export const openTls = async (uri: ConnectionUri, { signal }: TransportOptions): Promise<Duplex> => {
  const port = uri.port ?? defaultPort
  const where = `${uri.host}:${port} (tls)`
  const paths = certificatePaths(uri.parameters.get('pkipath'))
  try {
    const [ca, cert, key] = await Promise.all([readFile(paths.ca), readFile(paths.cert), readFile(paths.key)])
    // Given up while the files were read: a signal that has fired is not heard any more.
    signal.throwIfAborted()
    const rejectUnauthorized = uri.parameters.get('no_verify') !== '1'
    // A server name must not be an address; the certificate is checked against the host in either case.
    const name = isIP(uri.host) === 0 ? { servername: uri.host } : {}
    const socket = connect({ host: uri.host, port, ...name, ca, cert, key, rejectUnauthorized })
    await confirmed(socket, signal)
    socket.setNoDelay(true)
    return socket
  } catch (cause) {
    throw connectFailed(where, cause, `are ${paths.ca}, ${paths.cert} and ${paths.key} right for this server?`)
  }
}

// After the handshake the server judges our certificate and says so in one byte, 1; without it nothing may be sent.
const confirmed = (socket: TLSSocket, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off('readable', onReadable).off('error', fail).off('end', onEnd)
    }
    const fail = (error: Error): void => {
      settle()
      // What else it says on its way out, a moment later, has no meaning any more; unheard it would end this process.
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    const onAbort = (): void => {
      fail(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    const onReadable = (): void => {
      const byte: unknown = socket.read(1)
      if (byte === null) return
      if (!(byte instanceof Uint8Array) || byte[0] !== 1) {
        fail(new Error('the server rejected our certificate'))
        return
      }
      settle()
      resolve()
    }
    const onEnd = (): void => {
      // Before the end of the handshake Node has an error of its own for it.
      const ended = 'the server closed the connection after the handshake: it rejected our certificate'
      fail(socket.errored ?? new Error(ended))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.on('readable', onReadable).on('error', fail).on('end', onEnd)
  })
