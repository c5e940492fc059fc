import type { Client, DrainRequest, RebalanceRequest } from '@landfall/api'
import { usualDrainLimits } from '@landfall/api'
import type { Context } from 'hono'
import { z } from 'zod'
import type { AppEnv, Routes } from './define.ts'
import { define } from './define.ts'
import { answerMade } from './events.ts'
import type { OnceOptions } from './idempotency.ts'
import { harmlessTwice } from './idempotency.ts'
import { keyHeader, schemas } from './schemas.ts'

export interface DrainRouteTools {
  readonly client: Pick<Client, 'drains'>
  /** @throws LandfallError where a request names files that it may not */
  readonly readable: <Request extends DrainRequest | RebalanceRequest>(request: Request) => Request
  /** Counts a plan that is being made; returns what is called when it is. @throws LandfallError where too many are */
  readonly planning: (context: Context<AppEnv>) => () => void
  /** Once for each idempotency key. */
  readonly once: <Result>(
    context: Context<AppEnv>,
    request: unknown,
    act: () => Promise<Result>,
    how?: OnceOptions,
  ) => Promise<Result>
}

const atOnce = z.number().int().min(1).max(1000)
const limits = z.strictObject({ perSource: atOnce, perDestination: atOnce, fleet: atOnce }).openapi('DrainLimits')
const moment = z.number().int().min(0)

const drainRequest = z
  .strictObject({
    host: schemas.name,
    kind: z.enum(['drain', 'undrain']).default('drain'),
    wanted: schemas.planRequest.shape.wanted,
    to: z.array(schemas.name).min(1).max(1000).nullable().default(null),
    headroomBytes: z.number().int().min(0).default(0),
    mostVcpusPerCpu: z.number().positive().nullable().default(null),
    limits: limits.default(usualDrainLimits),
    window: z
      .strictObject({ opensAt: moment, closesAt: moment })
      .refine(({ opensAt, closesAt }) => opensAt < closesAt, 'a window closes after it opens')
      .nullable()
      .default(null),
    fallback: z.enum(['stay', 'cold', 'ask']).default('stay'),
    partly: z.boolean().default(false),
  })
  .openapi('DrainRequest')

const rebalanceRequest = drainRequest
  .pick({ wanted: true, headroomBytes: true, mostVcpusPerCpu: true, limits: true })
  .extend({ hosts: z.array(schemas.name).min(1).max(1000).nullable().default(null) })
  .openapi('RebalanceRequest')

const change = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['pause', 'resume', 'stop']) }),
    z.strictObject({ kind: z.literal('limits'), limits }),
  ])
  .openapi('DrainChange')

const range = z.object({ low: z.number(), likely: z.number(), high: z.number() }).nullable()

const drain = z
  .looseObject({
    state: z.looseObject({
      id: z.string(),
      kind: z.string(),
      host: z.string(),
      mode: z.string(),
      waitingFor: z.string(),
      guests: z.array(
        z.looseObject({
          guest: z.string(),
          from: z.string(),
          to: z.string(),
          stage: z.looseObject({ kind: z.string() }),
        }),
      ),
      end: z.object({ outcome: z.string(), at: z.number(), next: z.string() }).nullable(),
    }),
    progress: z.object({ moved: z.number(), total: z.number(), left: z.number(), endsAt: range }),
    driven: z.boolean().nullable(),
    drivenHere: z.boolean(),
  })
  .openapi('Drain')

const moves = {
  reason: z.string(),
  totalMs: range,
  moves: z.array(z.looseObject({ guest: z.string(), from: z.string(), to: z.string(), strategy: z.string() })),
  cannot: z.array(z.looseObject({ guest: z.string(), why: z.string(), help: z.array(z.string()) })),
}

const drainPlan = z
  .looseObject({ kind: z.string(), host: z.string(), verdict: z.enum(['go', 'partly', 'refuse']), ...moves })
  .openapi('DrainPlan')

const rebalancePlan = z
  .looseObject({
    fills: z.array(z.object({ host: z.string(), before: z.number(), after: z.number() })),
    silent: z.array(z.object({ host: z.string(), why: z.string() })),
    ...moves,
  })
  .openapi('RebalancePlan')

const chosen = z.object({ guest: z.string(), to: z.string(), why: z.string() }).openapi('ChosenDestination')

const json = <Schema extends z.ZodType>(schema: Schema, status: 200 | 202 = 200) => ({ status, schema })
const hostPath = z.object({ host: schemas.name })

/** Hosts that are emptied, and filled again. */
export function addDrainRoutes(routes: Routes, { client, readable, planning, once }: DrainRouteTools): void {
  define(
    routes,
    {
      method: 'post',
      path: '/drain-plans',
      scope: 'read',
      summary: 'Plan a whole host; start nothing. With Accept: text/event-stream its steps are told',
      tellsSteps: true,
      body: drainRequest,
      answer: json(drainPlan),
    },
    ({ body, context }) => {
      const request = readable(body)
      return answerMade(context, (onUpdate) => client.drains.plan(request, onUpdate), planning(context))
    },
  )
  define(
    routes,
    {
      method: 'post',
      path: '/drains',
      scope: 'operate',
      summary: 'Plan a whole host, and begin where it goes. With Accept: text/event-stream its steps are told',
      tellsSteps: true,
      body: drainRequest,
      headers: keyHeader,
      answer: json(drain, 202),
    },
    ({ body, context }) => {
      const request = readable(body)
      return answerMade(
        context,
        (onUpdate) => once(context, body, () => client.drains.start(request, onUpdate)),
        planning(context),
      )
    },
  )
  define(
    routes,
    {
      method: 'get',
      path: '/drains',
      scope: 'read',
      summary: 'Drains that have not ended, and of each host the newest',
      answer: json(z.array(drain)),
    },
    () => client.drains.list(),
  )
  define(
    routes,
    {
      method: 'get',
      path: '/drains/{host}',
      scope: 'read',
      summary: 'The newest drain of a host, or the one of that ID',
      params: hostPath,
      answer: json(drain),
    },
    ({ params }) => client.drains.of(params.host),
  )
  define(
    routes,
    {
      method: 'patch',
      path: '/drains/{host}',
      scope: 'operate',
      summary: 'Pause, resume or stop a drain, or change how many move at a time',
      params: hostPath,
      body: change,
      headers: keyHeader,
      answer: json(drain),
    },
    ({ params, body, context }) => once(context, body, () => client.drains.change(params.host, body), harmlessTwice),
  )
  define(
    routes,
    {
      method: 'post',
      path: '/placements',
      scope: 'read',
      summary: 'Where a guest would go, by the rule of a drain',
      body: z.strictObject({ guest: schemas.name }),
      answer: json(chosen),
    },
    ({ body }) => client.drains.place(body.guest),
  )
  define(
    routes,
    {
      method: 'post',
      path: '/rebalance-plans',
      scope: 'read',
      summary:
        'Which guests would have to move so that hosts are evenly full; start nothing. Streams as /drain-plans does',
      tellsSteps: true,
      body: rebalanceRequest,
      answer: json(rebalancePlan),
    },
    ({ body, context }) => {
      const request = readable(body)
      return answerMade(context, (onUpdate) => client.drains.rebalance(request, onUpdate), planning(context))
    },
  )
}
