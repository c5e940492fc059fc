import { errorCodeName, errorDomainName } from './error-names.ts'

/** What went wrong on our side of the connection; stable, meant to be matched on. */
export type ClientErrorCode =
  /** The daemon could not be reached or refused the connection before a call was made. */
  | 'LIBVIRT_CONNECT_FAILED'
  /** The connection broke; whether a pending call was carried out is unknown. */
  | 'LIBVIRT_CONNECTION_LOST'
  /** The connection was closed by its owner while the call was pending, or before it was made. */
  | 'LIBVIRT_CONNECTION_CLOSED'
  /** No reply in time. The daemon cannot cancel a call: it may still be carried out. */
  | 'LIBVIRT_TIMEOUT'
  /** The caller's AbortSignal fired. A call already sent may still be carried out. */
  | 'LIBVIRT_ABORTED'
  /** The peer sent bytes that are not the protocol; the connection is closed. */
  | 'LIBVIRT_BAD_BYTES'
  /** An argument that can never be right; nothing was sent. */
  | 'LIBVIRT_BAD_ARGUMENT'
  /** A connection URI that cannot be understood. */
  | 'LIBVIRT_BAD_URI'
  /** An XML document that cannot be read as what it should be. */
  | 'LIBVIRT_BAD_XML'
  /** This server, or this client, cannot do it; the message names the version or the option. */
  | 'LIBVIRT_UNSUPPORTED'
  /** The server wants an authentication this client does not speak. */
  | 'LIBVIRT_AUTH_UNSUPPORTED'
  /** The server did not let us in, or could not prove who it is. */
  | 'LIBVIRT_AUTH_FAILED'
  /** Refused because it is known to kill the guest. */
  | 'LIBVIRT_HAZARD'
  /** QEMU answered a monitor command with an error. */
  | 'LIBVIRT_QMP_ERROR'

/** An error found by this client, not reported by the daemon. `code` is stable, `cause` is kept. */
export class LibvirtClientError extends Error {
  override readonly name = 'LibvirtClientError'
  readonly code: ClientErrorCode

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Every field of the daemon's `remote_error`. */
export interface DaemonErrorFields {
  readonly number: number
  readonly domain: number
  readonly message: string
  readonly level: number
  readonly str1: string | undefined
  readonly str2: string | undefined
  readonly str3: string | undefined
  readonly int1: number
  readonly int2: number
}

/**
 * An error reported by the daemon. Match on `code` (and `domain`), never on the message: it is localised by the daemon and
 * changes between versions.
 */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError'
  /** The error's name in libvirt's C API, e.g. `VIR_ERR_NO_DOMAIN`; `VIR_ERR_<number>` for one newer than this client. */
  readonly code: string
  /** virErrorNumber, e.g. 42. */
  readonly number: number
  /** virErrorDomain, e.g. 10: the part of libvirt that reported it. */
  readonly domain: number
  /** The part's name, e.g. `VIR_FROM_QEMU`. */
  readonly domainName: string
  readonly level: 'none' | 'warning' | 'error'
  /** Usually the message's format string. */
  readonly str1: string | undefined
  /** Usually the format string's argument. */
  readonly str2: string | undefined
  readonly str3: string | undefined
  readonly int1: number
  readonly int2: number
  /** The call that failed, e.g. `DOMAIN_LOOKUP_BY_NAME`. */
  readonly procedure: string

  constructor(fields: DaemonErrorFields, procedure: string, options?: ErrorOptions) {
    super(fields.message, options)
    this.code = errorCodeName(fields.number)
    this.number = fields.number
    this.domain = fields.domain
    this.domainName = errorDomainName(fields.domain)
    this.level = fields.level === 2 ? 'error' : fields.level === 1 ? 'warning' : 'none'
    this.str1 = fields.str1
    this.str2 = fields.str2
    this.str3 = fields.str3
    this.int1 = fields.int1
    this.int2 = fields.int2
    this.procedure = procedure
  }
}

/** True when the daemon said that the domain does not exist (or no longer does). */
export const isNoDomain = (error: unknown): boolean =>
  error instanceof LibvirtError && error.code === 'VIR_ERR_NO_DOMAIN'
