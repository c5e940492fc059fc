export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface HttpRequest {
  readonly method: HttpMethod
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON, as text. */
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Sends one request and gives its answer, whatever its status; it follows nothing and repeats nothing. Rejects with an
 * `OpenStackClientError` where no answer came.
 */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>
