/** What went wrong on our side of the conversation; stable, meant to be matched on. */
export type ClientErrorCode =
  /** A configuration that cannot be used; nothing was sent. The message names the file or the key. */
  | 'OPENSTACK_BAD_CONFIG'
  /** No cloud was named and none can be chosen, or the named one is nowhere. */
  | 'OPENSTACK_NO_CLOUD'
  /** A kind of authentication that this client does not speak. */
  | 'OPENSTACK_AUTH_UNSUPPORTED'
  /** An argument that can never be right; nothing was sent. */
  | 'OPENSTACK_BAD_ARGUMENT'
  /** The cloud could not be reached: nothing of the request was carried out. */
  | 'OPENSTACK_CONNECT_FAILED'
  /** The connection broke before the answer was there: whether the request was carried out is unknown. */
  | 'OPENSTACK_CONNECTION_LOST'
  /** No answer in time: whether the request was carried out is unknown. */
  | 'OPENSTACK_TIMEOUT'
  /** The caller's AbortSignal fired: a request that was sent already may still be carried out. */
  | 'OPENSTACK_ABORTED'
  /** The certificate of the cloud, or ours, is not accepted. */
  | 'OPENSTACK_TLS'
  /** An answer that is not what the API promises. */
  | 'OPENSTACK_BAD_ANSWER'
  /** The catalogue has no such service in this region, for this interface. */
  | 'OPENSTACK_NO_ENDPOINT'
  /** The cloud is too old for it, or what was pinned is; the message names the microversion. */
  | 'OPENSTACK_UNSUPPORTED'

/** An error found by this client, not reported by the cloud. `code` is stable, `cause` is kept. */
export class OpenStackClientError extends Error {
  override readonly name = 'OpenStackClientError'
  readonly code: ClientErrorCode
  /** What the cloud calls the request, where it answered; for its logs. */
  readonly requestId: string | null

  constructor(
    code: ClientErrorCode,
    message: string,
    options: ErrorOptions & { readonly requestId?: string | null } = {},
  ) {
    super(message, options)
    this.code = code
    this.requestId = options.requestId ?? null
  }
}

/** By the status of the answer; stable, meant to be matched on. */
export type ApiErrorCode =
  | 'OPENSTACK_BAD_REQUEST'
  /** Also where Keystone gives no token for another reason: an application credential that was deleted is 404 to it. */
  | 'OPENSTACK_UNAUTHORIZED'
  | 'OPENSTACK_FORBIDDEN'
  | 'OPENSTACK_NOT_FOUND'
  | 'OPENSTACK_VERSION_REFUSED'
  | 'OPENSTACK_CONFLICT'
  | 'OPENSTACK_OVER_LIMIT'
  | 'OPENSTACK_SERVER_ERROR'
  | 'OPENSTACK_UNAVAILABLE'
  | 'OPENSTACK_UNEXPECTED_STATUS'

const codes: Readonly<Record<number, ApiErrorCode>> = {
  400: 'OPENSTACK_BAD_REQUEST',
  401: 'OPENSTACK_UNAUTHORIZED',
  403: 'OPENSTACK_FORBIDDEN',
  404: 'OPENSTACK_NOT_FOUND',
  406: 'OPENSTACK_VERSION_REFUSED',
  409: 'OPENSTACK_CONFLICT',
  413: 'OPENSTACK_OVER_LIMIT',
  429: 'OPENSTACK_OVER_LIMIT',
  502: 'OPENSTACK_UNAVAILABLE',
  503: 'OPENSTACK_UNAVAILABLE',
  504: 'OPENSTACK_UNAVAILABLE',
}

export const codeOfStatus = (status: number): ApiErrorCode =>
  codes[status] ?? (status >= 500 ? 'OPENSTACK_SERVER_ERROR' : 'OPENSTACK_UNEXPECTED_STATUS')

/** What is known of a request that the cloud refused. */
export interface ApiErrorFields {
  /** The service's type, `compute`. */
  readonly service: string
  readonly method: string
  /** Without its query, which may hold names of people's things. */
  readonly url: string
  readonly status: number
  readonly requestId: string | null
  /** What the service calls it: `conflictingRequest`, `placement.concurrent_update`, `PortNotFound`. */
  readonly fault: string | null
  /** The service's own words; null where it gave none. */
  readonly details: string | null
  readonly retryAfterSeconds: number | null
  /** Where the status alone would mislead. */
  readonly code?: ApiErrorCode
}

/** A request that the cloud answered and refused. Match on `code` and `fault`, never on the message. */
export class OpenStackError extends Error {
  override readonly name = 'OpenStackError'
  readonly code: ApiErrorCode
  readonly service: string
  readonly method: string
  readonly url: string
  readonly status: number
  readonly requestId: string | null
  readonly fault: string | null
  readonly details: string | null
  readonly retryAfterSeconds: number | null

  constructor(fields: ApiErrorFields, options?: ErrorOptions) {
    const said = fields.details ?? `answered with status ${fields.status}`
    const asked = fields.requestId === null ? '' : ` [${fields.requestId}]`
    super(`${fields.service} ${fields.status}: ${said}${asked}`, options)
    this.code = fields.code ?? codeOfStatus(fields.status)
    this.service = fields.service
    this.method = fields.method
    this.url = fields.url
    this.status = fields.status
    this.requestId = fields.requestId
    this.fault = fields.fault
    this.details = fields.details
    this.retryAfterSeconds = fields.retryAfterSeconds
  }
}

/** True when the cloud said that the thing does not exist (or no longer does). */
export const isNotFound = (error: unknown): boolean =>
  error instanceof OpenStackError && error.code === 'OPENSTACK_NOT_FOUND'
