import type { z } from 'zod'
import { OpenStackClientError } from '../errors.ts'
import type { HttpAnswer, HttpRequest } from './exchange.ts'
import { requestIdOf, withoutQuery } from './fetch-transport.ts'

/** An answer's body in the form that the API promises; unknown keys are left out. */
export function readJson<Read>(
  schema: z.ZodType<Read>,
  request: Pick<HttpRequest, 'method' | 'url'>,
  answer: HttpAnswer,
): Read {
  const bad = (why: string, cause: unknown): OpenStackClientError =>
    new OpenStackClientError('OPENSTACK_BAD_ANSWER', `${request.method} ${withoutQuery(request.url)}: ${why}`, {
      cause,
      requestId: requestIdOf(answer),
    })
  let body: unknown
  try {
    body = JSON.parse(answer.body)
  } catch (cause) {
    throw bad(`the answer (${answer.status}) is no JSON; is this address an OpenStack API?`, cause)
  }
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const where = issue === undefined || issue.path.length === 0 ? 'the answer' : issue.path.join('.')
  throw bad(`${where} is not as the API promises: ${issue?.message ?? 'unknown'}`, read.error)
}
