import { OpenStackError } from '../errors.ts'
import type { ApiErrorCode } from '../errors.ts'
import type { HttpAnswer, HttpRequest } from './exchange.ts'
import { requestIdOf, withoutQuery } from './fetch-transport.ts'

/** The error of an answer that refuses, with all that it says. */
export function refusal(
  service: string,
  request: Pick<HttpRequest, 'method' | 'url'>,
  answer: HttpAnswer,
  code?: ApiErrorCode,
): OpenStackError {
  const said = readFault(answer.body)
  const retryAfter = Number(answer.headers['retry-after'])
  return new OpenStackError({
    service,
    ...(code === undefined ? {} : { code }),
    method: request.method,
    url: withoutQuery(request.url),
    status: answer.status,
    requestId: requestIdOf(answer) ?? said.requestId,
    fault: said.fault,
    details: said.details,
    retryAfterSeconds: Number.isFinite(retryAfter) && 'retry-after' in answer.headers ? retryAfter : null,
  })
}

interface Fault {
  readonly fault: string | null
  readonly details: string | null
  readonly requestId: string | null
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/**
 * Every service has its own form:
 *
 * - Nova, Cinder: `{"conflictingRequest": {"code": 409, "message": "..."}}`
 * - Keystone: `{"error": {"code": 401, "title": "Unauthorized", "message": "..."}}`
 * - Neutron: `{"NeutronError": {"type": "PortNotFound", "message": "...", "detail": ""}}`
 * - Placement: `{"errors": [{"status": 409, "code": "placement.concurrent_update", "detail": "...", "request_id": "req-..."}]}`
 */
export function readFault(body: string): Fault {
  let read: unknown
  try {
    read = JSON.parse(body)
  } catch {
    // A proxy's page, or nothing: its first line says more than nothing.
    return { fault: null, details: textOf(plainLine(body)), requestId: null }
  }
  if (!isRecord(read)) return { fault: null, details: null, requestId: null }
  if (Array.isArray(read['errors'])) {
    const first: unknown = read['errors'][0]
    if (!isRecord(first)) return { fault: null, details: null, requestId: null }
    const details = textOf(first['detail'])?.trim() ?? textOf(first['title'])
    return { fault: textOf(first['code']), details, requestId: textOf(first['request_id']) }
  }
  for (const [name, value] of Object.entries(read)) {
    if (!isRecord(value)) continue
    const details = textOf(value['message'])
    if (details === null) continue
    const fault = textOf(value['type']) ?? textOf(value['title']) ?? name
    return {
      fault,
      details: [details, textOf(value['detail'])].filter((each) => each !== null).join(' '),
      requestId: null,
    }
  }
  return { fault: null, details: textOf(read['message']), requestId: null }
}

const plainLine = (body: string): string =>
  body
    .replaceAll(/<(style|script|title)[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
