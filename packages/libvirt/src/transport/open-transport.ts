import type { Duplex } from 'node:stream'
import type { ConnectionUri, TransportName } from '../config/uri.ts'
import { openSsh } from './ssh.ts'
import { openTcp } from './tcp.ts'
import { openTls } from './tls.ts'
import type { TransportOptions } from './transport-options.ts'
import { openUnix } from './unix.ts'

const openers: Readonly<Record<TransportName, (uri: ConnectionUri, options: TransportOptions) => Promise<Duplex>>> = {
  unix: openUnix,
  tcp: openTcp,
  tls: openTls,
  ssh: openSsh,
}

/** Opens the byte stream that the URI names. Throws LIBVIRT_CONNECT_FAILED with the reason and what was tried. */
export const openTransport = (uri: ConnectionUri, options: TransportOptions): Promise<Duplex> =>
  openers[uri.transport](uri, options)
