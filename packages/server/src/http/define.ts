import type { Caller, Scope } from '@landfall/api'
import { permits } from '@landfall/api'
import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi'
import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { serverError } from '../errors.ts'
import { schemas } from './schemas.ts'
import { answerUnlessKnown } from './unchanged.ts'

/** What is told of a request to whoever answers it. */
export interface Asked<Body, Query, Params> {
  readonly body: Body
  readonly query: Query
  readonly params: Params
  readonly context: Context<AppEnv>
}

/** What the middleware knows of a request. */
export interface AppEnv {
  readonly Variables: {
    readonly requestId: string
    readonly caller: Caller
    readonly isAdmitted: boolean
    readonly target: string
    /** Of an answer that is streamed: what kept it from being done, once it is over; null for nothing. */
    readonly over: Promise<unknown>
  }
}

export interface RouteOptions<Body extends z.ZodType, Query extends z.ZodObject, Params extends z.ZodObject> {
  readonly method: 'get' | 'post' | 'patch'
  /** `/migrations/{id}` */
  readonly path: string
  readonly summary: string
  /** The least that a token must permit. */
  readonly scope: Scope
  readonly body?: Body
  readonly query?: Query
  readonly params?: Params
  /** Headers that mean something to it, for the document alone. */
  readonly headers?: z.ZodObject
  /** The handler gives the same object for as long as nothing has changed: whoever has it already is not sent it again. */
  readonly tagged?: true
  /** With `Accept: text/event-stream` its steps are told before what it makes. */
  readonly tellsSteps?: true
  readonly answer: { readonly status: 200 | 202; readonly schema: z.ZodType; readonly contentType?: string }
}

const events = { 'text/event-stream': { schema: z.string() } }

export interface Routes {
  readonly app: Hono<AppEnv>
  readonly registry: OpenAPIRegistry
  /** Told of every request that may change something, once it is known to be well-formed and permitted, and before it is done. */
  readonly beforeAct: (context: Context<AppEnv>) => Promise<void>
}

/**
 * Adds one route: to the application, which checks what comes in by its schemas, and to the document, which is made from the
 * same ones. What the handler returns is sent as JSON; a `Response` as it is.
 */
export function define<Body extends z.ZodType, Query extends z.ZodObject, Params extends z.ZodObject>(
  { app, registry, beforeAct }: Routes,
  route: RouteOptions<Body, Query, Params>,
  handle: (asked: Asked<z.output<Body>, z.output<Query>, z.output<Params>>) => unknown,
): void {
  const { method, path, summary, scope, body, query, params, headers, tagged, tellsSteps, answer } = route
  registry.registerPath({
    method,
    path,
    summary,
    security: [{ bearer: [] }],
    description: `Needs a token that may ${scope}.`,
    request: {
      ...(body === undefined ? {} : { body: { required: true, content: { 'application/json': { schema: body } } } }),
      ...(query === undefined ? {} : { query }),
      ...(params === undefined ? {} : { params }),
      ...(headers === undefined ? {} : { headers }),
    },
    responses: {
      ...(tellsSteps === undefined ? {} : { 200: { description: 'its steps, and what it made', content: events } }),
      [answer.status]: {
        description: 'done',
        content: {
          [answer.contentType ?? 'application/json']: { schema: answer.schema },
          ...(tellsSteps === undefined || answer.status !== 200 ? {} : events),
        },
      },
      ...(tagged === undefined ? {} : { 304: { description: 'the same as what the ETag in If-None-Match came with' } }),
      default: {
        description: 'what kept it from being done',
        content: { 'application/problem+json': { schema: schemas.problem } },
      },
    },
  })
  app.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
    assertScope(context.get('caller'), scope)
    const asked = {
      body: read(body, body === undefined ? undefined : await jsonOf(context), 'the body'),
      query: read(query, context.req.query(), 'the query'),
      params: read(params, context.req.param(), 'the path'),
      context,
    }
    const target = targetOf({ ...wordsOf(asked.params), ...wordsOf(asked.body) })
    if (target !== null) context.set('target', target)
    if (method !== 'get') await beforeAct(context)
    // Each was read by the schema that gives its type; without a schema nobody asks for it.
    const result: unknown = await handle(asked as Parameters<typeof handle>[0])
    if (result instanceof Response) return result
    if (tagged === true) return answerUnlessKnown(context, result as object)
    return context.json(result as object | null, answer.status)
  })
}

const wordsOf = (asked: unknown): object => (typeof asked === 'object' && asked !== null ? asked : {})

/** For the audit trail: what is to be done with what. */
function targetOf(asked: Readonly<Record<string, unknown>>): string | null {
  const words = (['kind', 'guest', 'migration', 'id', 'host', 'to'] as const).flatMap((key) => {
    const value = asked[key]
    return typeof value === 'string' ? [`${key}=${value}`] : []
  })
  return words.length === 0 ? null : words.join(' ')
}

function read(schema: z.ZodType | undefined, value: unknown, what: string): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue === undefined || issue.path.length === 0 ? what : `${what}, ${issue.path.join('.')}`
  throw serverError('bad-request', `${place}: ${issue?.message ?? 'cannot be read'}`, 'See /api/v1/openapi.json')
}

async function jsonOf(context: Context): Promise<unknown> {
  const type = context.req.header('content-type') ?? ''
  if (!/^application\/json\b/i.test(type)) {
    throw serverError('bad-request', 'the body is not application/json', 'Send JSON, and say so in Content-Type')
  }
  const text = await context.req.text()
  try {
    return JSON.parse(text)
  } catch (error) {
    throw serverError('bad-request', 'the body is not JSON', 'Send one JSON object', error)
  }
}

function assertScope({ name, scope }: Caller, needed: Scope): void {
  if (permits(scope, needed)) return
  throw serverError(
    'scope-too-small',
    `the token "${name}" may ${scope}, and not ${needed}`,
    `Ask an administrator for a token of the scope "${needed}"`,
  )
}
