import type { Client, MigrationRequest, RevertRequest, WantedIntent } from '@landfall/api'
import { mostOfPage } from '@landfall/api'
import { z } from 'zod'
import type { Context } from 'hono'
import { serverError } from '../errors.ts'
import type { AppEnv, Routes } from './define.ts'
import { define } from './define.ts'
import { addDrainRoutes } from './drain-routes.ts'
import { lastEventId, answerMade, streamUpdates } from './events.ts'
import type { IdempotencyKeys, KeyedRequest, KeyToAnswer, OnceOptions } from './idempotency.ts'
import { harmlessTwice } from './idempotency.ts'
import type { AtATime } from './limits/at-a-time.ts'
import { keyHeader, schemas } from './schemas.ts'

/** What the routes are answered by. */
export interface ServedClient extends Client {
  /** Keeps what it answers to that key with the request itself; refuses where the key is used already. */
  readonly migrate: (request: MigrationRequest, key?: KeyToAnswer) => ReturnType<Client['migrate']>
  /** As `migrate`. */
  readonly revert: (request: RevertRequest, key?: KeyToAnswer) => ReturnType<Client['revert']>
}

export interface RouteTools {
  readonly client: ServedClient
  readonly keys: IdempotencyKeys
  readonly limits: RouteLimits
  /** Whether a request may name files of this machine, as Nova's configuration. */
  readonly mayNameFiles: boolean
  /** Whether whoever has a stream open would still be let in. */
  readonly mayStillRead: (context: Context) => Promise<boolean>
}

/** Of each token. */
export interface RouteLimits {
  /** Event streams of migrations. */
  readonly streams: AtATime
  /** Each looks at a guest and two hosts for seconds. */
  readonly plans: AtATime
}

const guestPath = z.object({ guest: schemas.name })
const idPath = z.object({ id: schemas.name })
const pageQuery = z.object({
  // An ID, which is asked of the store as it is: PostgreSQL takes no NUL.
  cursor: schemas.name.optional(),
  // Digits alone: what else a number can be written as was not meant.
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(mostOfPage))
    .default(100)
    .openapi({ type: 'integer', minimum: 1, maximum: mostOfPage }),
})
const guestOrOnly = z.strictObject({ guest: schemas.planRequest.shape.guest.nullable() })

const lastEventHeader = z.object({
  'Last-Event-ID': z
    .string()
    .regex(/^\d{1,16}$/)
    .optional()
    .openapi({
      description: 'The number of the last event that was seen: those behind it are sent',
    }),
})

const json = <Schema extends z.ZodType>(schema: Schema, status: 200 | 202 = 200) => ({ status, schema })

const keyed = (context: Context<AppEnv>, request: unknown): KeyedRequest => ({
  caller: context.get('caller').name,
  key: context.req.header('idempotency-key') ?? null,
  request: [context.req.path, request],
})

/** Every route of the API, beside what it does: `Client`, method for method. */
export function addRoutes(routes: Routes, { client, keys, limits, mayNameFiles, mayStillRead }: RouteTools): void {
  const events = { status: 200, schema: z.string(), contentType: 'text/event-stream' } as const
  const once = <Result>(
    context: Context<AppEnv>,
    request: unknown,
    act: () => Promise<Result>,
    how?: OnceOptions,
  ): Promise<Result> => keys.once(keyed(context, request), act, how)
  const readable = <Request extends { readonly wanted: WantedIntent }>(request: Request): Request => {
    if (mayNameFiles || request.wanted.novaConfig.length === 0) return request
    throw serverError(
      'not-permitted-path',
      'the service does not read files that a request names',
      'Name the settings themselves, or set server.nova_config_from_requests',
    )
  }

  define(
    routes,
    {
      method: 'get',
      path: '/caller',
      scope: 'read',
      summary: 'Who asks, and what the token permits',
      answer: json(schemas.caller),
    },
    ({ context }) => {
      const { name, scope } = context.get('caller')
      return { name, scope }
    },
  )
  const planning = (context: Context<AppEnv>) => limits.plans.enter(context.get('caller').name)
  addDrainRoutes(routes, { client, readable, planning, once })
  define(
    routes,
    {
      method: 'get',
      path: '/hosts',
      scope: 'read',
      summary: 'Every host as it answers now',
      answer: json(z.array(schemas.hostStatus)),
    },
    () => client.hosts(),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/instances',
      scope: 'read',
      summary: 'The guests of every host',
      tagged: true,
      answer: json(schemas.inventory),
    },
    () => client.instances(),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/instances/{guest}/intent',
      scope: 'read',
      summary: "A guest's effective intent",
      params: guestPath,
      answer: json(schemas.guestIntent),
    },
    ({ params }) => client.intentOf(params.guest, null),
  )
  define(
    routes,
    {
      method: 'patch',
      path: '/instances/{guest}/intent',
      scope: 'operate',
      summary: "Change a guest's own wishes",
      params: guestPath,
      body: schemas.wishChange,
      headers: keyHeader,
      answer: json(schemas.guestIntent),
    },
    ({ params, body, context }) => once(context, body, () => client.intentOf(params.guest, body), harmlessTwice),
  )
  define(
    routes,
    {
      method: 'post',
      path: '/plans',
      scope: 'read',
      summary: 'Check, measure and forecast; start nothing. With Accept: text/event-stream its steps are told',
      tellsSteps: true,
      body: schemas.planRequest,
      answer: json(schemas.plan),
    },
    ({ body, context }) => {
      const request = readable(body)
      const end = limits.plans.enter(context.get('caller').name)
      return answerMade(context, (onUpdate) => client.plan(request, onUpdate), end)
    },
  )
  define(
    routes,
    {
      method: 'post',
      path: '/migrations',
      scope: 'operate',
      summary: 'Migrate a guest',
      body: schemas.migrationRequest,
      headers: keyHeader,
      answer: json(schemas.handle, 202),
    },
    ({ body, context }) => {
      const request: MigrationRequest = readable(body)
      return keys.onceKept(keyed(context, request), (key) => client.migrate(request, key))
    },
  )
  define(
    routes,
    {
      method: 'post',
      path: '/reverts',
      scope: 'operate',
      summary: 'Undo a cold migration',
      body: schemas.revertRequest,
      headers: keyHeader,
      answer: json(schemas.handle, 202),
    },
    ({ body, context }) => {
      const request = readable(body)
      return keys.onceKept(keyed(context, request), (key) => client.revert(request, key))
    },
  )
  define(
    routes,
    {
      method: 'post',
      path: '/watches',
      scope: 'operate',
      summary: 'Find a migration that is under way; take it over where its driver died',
      body: guestOrOnly.extend({ steer: z.boolean().default(false), wanted: schemas.wanted }),
      headers: keyHeader,
      answer: json(schemas.foundMigration),
    },
    ({ body, context }) => {
      const { guest, ...options } = readable(body)
      return once(context, body, () => client.watch(guest, options), harmlessTwice)
    },
  )
  define(
    routes,
    {
      method: 'post',
      path: '/aborts',
      scope: 'operate',
      summary: 'Abort the migration of a guest, or the only one',
      body: guestOrOnly,
      headers: keyHeader,
      answer: json(schemas.handle),
    },
    ({ body, context }) =>
      // Of whatever is under way the second may be another.
      once(context, body, () => client.abort(body.guest), body.guest === null ? undefined : harmlessTwice),
  )
  define(
    routes,
    {
      method: 'post',
      path: '/migrations/{id}/wishes',
      scope: 'operate',
      summary: 'Ask something of a migration',
      params: idPath,
      body: schemas.wish,
      headers: keyHeader,
      answer: json(schemas.answer),
    },
    ({ params, body, context }) => once(context, body, () => client.wish(params.id, body), harmlessTwice),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/migrations/{id}/events',
      scope: 'read',
      summary: 'What a migration tells, to its end; Last-Event-ID resumes',
      params: idPath,
      headers: lastEventHeader,
      answer: events,
    },
    async ({ params, context }) => {
      // Its body would be thrown away and never ended, with the place that it holds.
      if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' })
      const onOver = limits.streams.enter(context.get('caller').name)
      try {
        const [after, streams] = [lastEventId(context), () => limits.streams.inAll]
        const may = (): Promise<boolean> => mayStillRead(context)
        return await streamUpdates(context, client, { id: params.id, after, streams, onOver, mayStillRead: may })
      } catch (error) {
        onOver()
        throw error
      }
    },
  )
  define(
    routes,
    {
      method: 'get',
      path: '/migrations/under-way',
      scope: 'read',
      summary: 'Migrations that have not ended, oldest first: waiting for their turn, planned, or running',
      answer: json(z.array(schemas.underWay)),
    },
    () => client.underWay(),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/migrations/ended',
      scope: 'read',
      summary: 'Migrations that have ended, newest first',
      query: pageQuery,
      answer: json(schemas.page(schemas.summary)),
    },
    ({ query }) => client.ended(query),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/migrations/{id}',
      scope: 'read',
      summary: 'One migration, with what a picture of it needs',
      params: idPath,
      answer: json(schemas.migrationDetail),
    },
    ({ params }) => client.migration(params.id),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/migrations/{id}/nova',
      scope: 'read',
      summary: "What Nova has of a migration under way, beside libvirt; null for a guest that is not Nova's",
      params: idPath,
      answer: json(schemas.novaUnderWay.nullable()),
    },
    ({ params }) => client.nova(params.id),
  )
  define(
    routes,
    {
      method: 'post',
      path: '/confirmations',
      scope: 'operate',
      summary: 'Remove the definitions that cold migrations have left',
      body: z.strictObject({ migration: schemas.name }),
      headers: keyHeader,
      answer: json(z.array(schemas.confirmed)),
    },
    ({ body, context }) => once(context, body, () => client.confirm(body.migration)),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/reports',
      scope: 'read',
      summary: 'Reports of ended migrations, newest first',
      query: pageQuery,
      answer: json(schemas.page(schemas.report)),
    },
    ({ query }) => client.reports(query),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/reports/{id}',
      scope: 'read',
      summary: 'The report of a migration, or the newest of a guest',
      params: idPath,
      answer: json(schemas.pastMigration),
    },
    ({ params }) => client.report(params.id),
  )
}
