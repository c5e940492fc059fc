import { LibvirtClientError } from '../errors.ts'

/** How the daemon is reached. */
export type TransportName = 'unix' | 'tcp' | 'tls' | 'ssh'

/** One of libvirt's connection URIs, taken apart: `driver[+transport]://[user@][host][:port]/[path][?parameters]`. */
export interface ConnectionUri {
  /** The hypervisor driver: `qemu`, `test`, ... */
  readonly driver: string
  readonly transport: TransportName
  readonly user: string | undefined
  /** Empty for the local machine. */
  readonly host: string
  readonly port: number | undefined
  /** `/system`, `/session`, `/default`, ... */
  readonly path: string
  /** The parameters meant for the client, e.g. `socket`, `mode`, `keyfile`, `pkipath`, `no_verify`, `command`. */
  readonly parameters: ReadonlyMap<string, string>
  /** What CONNECT_OPEN is told: the URI without transport, host and the client's parameters. */
  readonly daemonUri: string
}

const transports: readonly string[] = ['unix', 'tcp', 'tls', 'ssh']

// The parameters that libvirt's own remote driver takes for itself (docs: uri.html); others go on to the daemon.
const clientParameters: ReadonlySet<string> = new Set(
  'name command socket auth sshauth netcat keyfile knownhosts known_hosts no_sanity no_verify no_tty pkipath tls_priority proxy mode'.split(
    ' ',
  ),
)

/** Reads a connection URI. Throws LIBVIRT_BAD_URI, or LIBVIRT_UNSUPPORTED for a transport libvirt has and this client has not. */
export const parseUri = (text: string): ConnectionUri => {
  const bad = (what: string): LibvirtClientError =>
    new LibvirtClientError(
      'LIBVIRT_BAD_URI',
      `'${text}' is not a libvirt URI: ${what} (an example: qemu+tcp://host1/system)`,
    )
  let url: URL
  try {
    url = new URL(text)
  } catch (cause) {
    throw new LibvirtClientError('LIBVIRT_BAD_URI', bad('it cannot be taken apart').message, { cause })
  }
  const [driver = '', named] = url.protocol.slice(0, -1).split('+')
  if (!text.includes('://')) throw bad('"://" is missing')
  if (named !== undefined && !transports.includes(named)) {
    const unsupported = ['ext', 'libssh', 'libssh2'].includes(named)
    if (!unsupported) throw bad(`the transport '${named}' does not exist`)
    throw new LibvirtClientError(
      'LIBVIRT_UNSUPPORTED',
      `'${text}': the transport '${named}' is not supported; use tcp, tls, ssh or unix`,
    )
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const transport = (named ?? (host === '' ? 'unix' : 'tls')) as TransportName
  if (transport !== 'unix' && host === '') throw bad(`the transport '${transport}' needs a host`)
  if (transport === 'unix' && host !== '') throw bad(`the transport 'unix' takes no host`)
  const port = url.port === '' ? undefined : Number(url.port)
  const parameters = new Map<string, string>()
  const passedOn = new URLSearchParams()
  for (const [key, value] of url.searchParams) {
    if (clientParameters.has(key)) parameters.set(key, value)
    else passedOn.append(key, value)
  }
  const query = passedOn.size > 0 ? `?${passedOn.toString()}` : ''
  const daemonUri = parameters.get('name') ?? `${driver}://${url.pathname || '/'}${query}`
  const user = url.username === '' ? undefined : decodeURIComponent(url.username)
  return { driver, transport, user, host, port, path: url.pathname, parameters, daemonUri }
}
