import { apiPath, problemOf } from '@landfall/api'
import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { LandfallError } from '@landfall/core'
import { serverError, tellable } from '../errors.ts'
import { Strangers } from './access/strangers.ts'
import type { SignInRoutes } from './access/sign-in/sign-in-routes.ts'
import { addSignIn, shownBy } from './access/sign-in/sign-in-routes.ts'
import type { People } from './access/issuer.ts'
import type { Tokens } from './access/tokens.ts'
import { callerOf } from './access/tokens.ts'
import type { ConsoleFiles } from './console/console-files.ts'
import { serveConsole } from './console/serve-console.ts'
import type { ShownDocument } from './api-page.ts'
import { apiPage, pagePolicy, pageStyle } from './api-page.ts'
import type { AppEnv } from './define.ts'
import type { KeptKeys } from './idempotency.ts'
import { IdempotencyKeys } from './idempotency.ts'
import { networkOf } from './limits/network-of.ts'
import type { RateLimit } from './limits/rate-limit.ts'
import type { RouteLimits, ServedClient } from './routes.ts'
import { addRoutes } from './routes.ts'

export interface AppOptions {
  readonly client: ServedClient
  readonly version: string
  readonly tokens: Tokens
  /** Who is known by an issuer's tokens; null where none is configured. */
  readonly people: People | null
  /** How people sign in at that issuer with a browser; null where that is not configured. */
  readonly signIn: SignInRoutes | null
  readonly keys: KeptKeys
  readonly limits: AppLimits
  /** Where a request comes from; empty where that is not known. */
  readonly addressOf: (context: Context) => string
  readonly mayNameFiles: boolean
  /** What Prometheus scrapes, at `/metrics`; a token that may read is asked for. */
  readonly metrics: { readonly contentType: string; readonly text: () => Promise<string> }
  /** The web console; null where it is not built. */
  readonly console: ConsoleFiles | null
  /** Whether the hosts were asked, at `/readyz`. */
  readonly ready: () => boolean
  readonly now: () => number
  readonly newRequestId: () => string
  /** Told of every request that may change something, before it is done; waited for. */
  readonly beforeAct: (act: PermittedAct) => Promise<void>
  /** Told of every request that was answered. */
  readonly onAnswered: (answered: Answered) => void
}

export interface AppLimits extends RouteLimits {
  /** Requests of each token. */
  readonly requests: RateLimit
  /** Requests without a known token, of each network: no more tokens than that are looked up for a stranger. */
  readonly strangers: RateLimit
}

/** A request that is well-formed, and permitted. */
export interface PermittedAct {
  readonly requestId: string
  readonly caller: string
  readonly method: string
  /** As it was sent, not decoded. */
  readonly path: string
  /** What is to be done with which guest, migration or host; null where it says nothing of the kind. */
  readonly target: string | null
}

export interface Answered extends Omit<PermittedAct, 'caller'> {
  readonly caller: string | null
  /** Whether it was looked at: its caller is known, and had not asked for too much. */
  readonly isAdmitted: boolean
  /** Where it came from; empty where that is not known. */
  readonly address: string
  /** Of an answer that is streamed, what it would be if it were not. */
  readonly status: number
  readonly ms: number
  /** What kept it from being done. */
  readonly error: unknown
}

/** More than the longest request that makes sense. */
const mostBodyBytes = 64 * 1024

/** The HTTP API over a client, which does the work. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const { client, version, tokens, people, limits, now, newRequestId, onAnswered } = options
  const { metrics, ready, mayNameFiles, addressOf, beforeAct } = options
  const app = new Hono<AppEnv>()
  const failures = new WeakMap<Context, unknown>()

  app.onError((error, context) => {
    failures.set(context, error)
    return problem(context, error)
  })
  app.notFound((context) =>
    problem(
      context,
      serverError('no-such-path', `there is no ${context.req.method} ${context.req.path}`, 'See /api/v1/openapi.json'),
    ),
  )
  app.use(secureHeaders())
  app.use(async (context, next) => {
    const requestId = newRequestId()
    context.set('requestId', requestId)
    const beganAt = now()
    await next()
    context.header('x-request-id', requestId)
    const answered = (error: unknown, status: number): void =>
      onAnswered({
        ...actOf(context),
        caller: context.get('caller')?.name ?? null,
        isAdmitted: (context.get('isAdmitted') as boolean | undefined) ?? false,
        address: addressOf(context),
        status,
        ms: now() - beganAt,
        error,
      })
    const { status } = context.res
    const over = context.get('over') as Promise<unknown> | undefined
    if (over === undefined) answered(failures.get(context) ?? null, status)
    // What is streamed is answered with 200 before it is done: what became of it is known at its end.
    else void over.then((error) => answered(error, error === null ? status : problemOf(tellable(error)).status))
  })

  app.get('/healthz', (context) => context.text('ok\n'))
  app.get('/readyz', (context) =>
    ready() ? context.text('ready\n') : context.text('the hosts were not asked yet\n', 503),
  )

  addSignIn(app, options.signIn, {
    admit: (context) => limits.strangers.take(networkOf(addressOf(context))),
    onRefused: (context, error) => void failures.set(context, error),
  })
  serveConsole(app, options.console)
  const strangers = new Strangers(limits.strangers)
  const identified: MiddlewareHandler<AppEnv> = async (context, next) => {
    const network = networkOf(addressOf(context))
    const shown = shownBy(context)
    const caller = await strangers.admit(network, shown, () => callerOf(shown, tokens, now(), people))
    context.set('caller', caller)
    limits.requests.take(caller.name)
    context.set('isAdmitted', true)
    await next()
  }
  /** A token may be revoked, or expire, while a stream is open; a store that is away ends nothing. */
  const mayStillRead = async (context: Context): Promise<boolean> => {
    try {
      await callerOf(shownBy(context), tokens, now(), people)
      return true
    } catch (error) {
      return !(error instanceof LandfallError && error.code === 'unknown-token')
    }
  }
  app.get('/metrics', identified, async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  )

  const api = new Hono<AppEnv>()
  api.use(
    bodyLimit({
      maxSize: mostBodyBytes,
      onError: (context) =>
        problem(
          context,
          serverError(
            'body-too-large',
            `the body is longer than ${mostBodyBytes} bytes`,
            'Send what is asked for alone',
          ),
        ),
    }),
  )
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' })
  api.get('/openapi.json', (context) => context.json(document))
  api.get('/docs', (context) => {
    context.header('content-security-policy', pagePolicy)
    // As it is sent.
    return context.html(apiPage(JSON.parse(JSON.stringify(document)) as ShownDocument, `${apiPath}/docs.css`))
  })
  api.get('/docs.css', (context) => context.body(pageStyle, 200, { 'content-type': 'text/css; charset=utf-8' }))
  api.use(identified)
  addRoutes(
    {
      app: api,
      registry,
      beforeAct: (context) => beforeAct({ ...actOf(context), caller: context.get('caller').name }),
    },
    { client, mayNameFiles, limits, keys: new IdempotencyKeys(options.keys, now), mayStillRead },
  )
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Landfall', version, description: 'Live migrations that land.' },
    servers: [{ url: apiPath }],
  })
  app.route(apiPath, api)
  return app
}

const actOf = (context: Context<AppEnv>): Omit<PermittedAct, 'caller'> => ({
  requestId: context.get('requestId'),
  method: context.req.method,
  path: new URL(context.req.url).pathname,
  target: context.get('target') ?? null,
})

function problem(context: Context, error: unknown): Response {
  const told = problemOf(tellable(error))
  return context.body(JSON.stringify(told), {
    status: told.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(told.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(told.status === 429 ? { 'retry-after': '1' } : {}),
    },
  } as never)
}
