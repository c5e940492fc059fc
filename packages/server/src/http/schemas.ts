import { errorFamily, migrationStatuses, scopes } from '@landfall/api'
import { settingNames } from '@landfall/core'
import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'

extendZodWithOpenApi(z)

// What is asked is checked to the last word. What is answered is made by us: its schemas say what is in it, for the document.

/** Without control characters, which no name of a guest or host has. */
const name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u, 'a name without control characters')

const settings = z
  .partialRecord(z.enum(settingNames), z.string().max(100))
  .openapi({ example: { 'max-pause': '500ms', deadline: '10m' } })

const wanted = z
  .strictObject({
    settings: settings.default({}),
    cold: z.boolean().default(false),
    novaConfig: z
      .array(z.strictObject({ kind: z.enum(['file', 'directory']), path: z.string().min(1).max(4096) }))
      .max(20)
      .default([])
      .openapi({ description: 'Files of the service; refused unless its configuration lets requests name them' }),
    namedAs: z.enum(['option', 'setting']).default('setting'),
  })
  .default({ settings: {}, cold: false, novaConfig: [], namedAs: 'setting' })
  .openapi('WantedIntent')

const planRequest = z.strictObject({ guest: name, to: name, wanted }).openapi('PlanRequest')

// Not extended: the document would have both parts refuse each other's words.
const migrationRequest = z
  .strictObject({ ...planRequest.shape, confirm: z.boolean().default(false), isToOpen: z.boolean().optional() })
  .openapi('MigrationRequest')

const revertRequest = z.strictObject({ migration: name, wanted }).openapi('RevertRequest')

const why = z.string().min(1).max(500)

const wish = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('abort'), why }),
    z.strictObject({ kind: z.literal('force-complete'), why }),
    z.strictObject({
      kind: z.literal('change-intent'),
      settings: settings
        .refine((texts) => Object.keys(texts).length > 0, 'at least one setting')
        .openapi({ description: 'Over what is wanted now; the deadline counts from the start of the migration' }),
      origin: why.openapi({ description: 'What changed it, for the report' }),
    }),
    z.strictObject({ kind: z.literal('look') }),
  ])
  .openapi('Wish')

const wishChange = z
  .strictObject({
    texts: z.partialRecord(z.enum(settingNames), z.string().max(100)).default({}),
    labels: z.record(z.string().min(1).max(100), z.string().max(255)).default({}),
  })
  .openapi('WishChange')

const kept = z.object({
  migration: z.string(),
  from: z.string(),
  to: z.string(),
  at: z.string(),
  autostart: z.boolean(),
})

const caller = z.object({ name: z.string(), scope: z.enum(scopes) }).openapi('Caller')

/** What a service does with Nova's migrations there, where it is configured beside Nova. */
const novaHands = z.enum(['steered', 'some', 'observed']).optional()

const hostStatus = z
  .discriminatedUnion('reachable', [
    z.object({
      reachable: z.literal(true),
      name: z.string(),
      uri: z.string(),
      hostname: z.string(),
      libvirtVersion: z.number(),
      qemuVersion: z.number(),
      memoryBytes: z.number(),
      availableBytes: z.number(),
      runningGuests: z.number(),
      ageMs: z.number().openapi({ description: 'How long ago it answered so, in milliseconds' }),
      nova: novaHands,
    }),
    z.object({
      reachable: z.literal(false),
      name: z.string(),
      uri: z.string(),
      why: z.string(),
      silentSince: z
        .number()
        .optional()
        .openapi({ description: 'When the service first saw it silent, in milliseconds since 1970' }),
      nova: novaHands,
    }),
  ])
  .openapi('HostStatus')

const inventory = z
  .object({
    instances: z.array(
      z.object({
        name: z.string(),
        uuid: z.string(),
        host: z.string(),
        state: z.string(),
        memoryBytes: z.number(),
        vcpus: z.number(),
        labels: z.record(z.string(), z.string()).nullable(),
        migrating: z.boolean(),
        kept: kept.nullable(),
      }),
    ),
    silent: z.array(z.object({ host: z.string(), why: z.string() })),
    heard: z.number().openapi({ description: 'How many hosts answered' }),
  })
  .openapi('Inventory')

const handle = z.object({ id: z.string(), guest: z.string() }).openapi('MigrationHandle')

const role = z.object({ origin: z.enum(['launched', 'taken-over', 'found']), hands: z.enum(['on', 'off']) })

const foundMigration = handle.extend({ source: z.string(), destination: z.string(), role }).openapi('FoundMigration')

const answer = z
  .object({
    allowed: z.boolean(),
    already: z.literal(true).optional(),
    code: z.string().optional(),
    why: z.string().optional(),
  })
  .openapi('Answer')

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    next: z
      .union([z.string(), z.array(z.union([z.string(), z.looseObject({ action: z.string() })]))])
      .nullable()
      .openapi({ description: 'What to do about it: words, or words with actions between them' }),
    code: z.string().openapi({ description: `One of ${Object.keys(errorFamily).join(', ')}` }),
  })
  .openapi('Problem')

const confirmed = z
  .object({ migration: z.string(), guest: z.string(), removedFrom: z.string(), livesOn: z.string() })
  .openapi('Confirmed')

const summary = z
  .object({
    id: z.string(),
    guest: z.string(),
    source: z.string(),
    destination: z.string(),
    outcome: z.string(),
    strategy: z.string().nullable(),
    totalTimeMs: z.number().nullable(),
    downtimeMs: z.number().nullable(),
  })
  .openapi('ReportSummary')

const report = z
  .looseObject({
    ...summary.shape,
    startedAt: z.string(),
    endedAt: z.string(),
    reason: z.object({ code: z.string(), message: z.string() }),
  })
  .openapi('MigrationReport')

const plan = z
  .looseObject({
    guest: z.object({ name: z.string(), uuid: z.string(), persistent: z.boolean() }),
    source: z.string(),
    destination: z.string(),
    plan: z.looseObject({
      verdict: z.string(),
      strategy: z.string(),
      reason: z.looseObject({ code: z.string(), message: z.string() }),
    }),
  })
  .openapi('MigrationPlan')

const guestIntent = z
  .looseObject({
    guest: z.string(),
    host: z.string(),
    labels: z.record(z.string(), z.string()),
    intentSources: z.record(z.string(), z.string()),
  })
  .openapi('GuestIntent')

const pastMigration = z.looseObject({ report, beganAt: z.number(), memoryBytes: z.number() }).openapi('PastMigration')

const sample = z
  .object({
    at: z.number(),
    pass: z.number(),
    phase: z.string(),
    remainingBytes: z.number(),
    bytesSent: z.number(),
    throttlePercent: z.number(),
  })
  .openapi('Sample')

const range = z.object({ low: z.number(), likely: z.number(), high: z.number() }).openapi('Range')

const novaUnderWay = z
  .object({
    cloud: z.string(),
    seen: z
      .object({
        at: z.number(),
        migration: z
          .object({
            id: z.number(),
            status: z.string(),
            source: z.string().nullable(),
            destination: z.string().nullable(),
          })
          .nullable(),
        requestId: z.string().nullable(),
        instance: z
          .object({
            id: z.string(),
            status: z.string(),
            taskState: z.string().nullable(),
            host: z.string().nullable(),
          })
          .nullable(),
        libvirt: z.object({ source: z.string(), destination: z.string().nullable() }).nullable(),
        differences: z.array(z.object({ what: z.string(), next: z.string() })),
      })
      .nullable(),
    silent: z.object({ why: z.string(), since: z.number() }).nullable(),
  })
  .openapi('NovaUnderWay')

const underWay = handle
  .extend({
    source: z.string().nullable(),
    destination: z.string().nullable(),
    status: z.enum(migrationStatuses),
    driver: z.enum(['here', 'elsewhere', 'nobody']),
    role: role.nullable(),
    plan: plan.shape.plan.nullable(),
    waitingFor: z
      .object({
        source: z.string(),
        guests: z.array(z.string()),
        most: z.object({ count: z.number(), from: z.string() }),
      })
      .nullable(),
    step: z.string().nullable(),
    sample: sample.nullable(),
    outlook: z.object({ etaMs: range.nullable(), progress: z.number(), line: z.string() }).nullable(),
    nova: novaUnderWay.optional(),
    lastUpdate: z.number().openapi({ description: 'As Last-Event-ID: the events behind it are those that this lacks' }),
  })
  .openapi('MigrationUnderWay')

const decision = z.object({
  at: z.string(),
  pass: z.number(),
  act: z.string(),
  why: z.string(),
  numbers: z.record(z.string(), z.number()),
})

const migrationDetail = z
  .discriminatedUnion('state', [
    z.object({
      state: z.literal('under-way'),
      now: underWay,
      soFar: z
        .looseObject({
          beganAt: z.number(),
          memoryBytes: z.number(),
          samples: z.array(sample),
          predicted: z.array(z.object({ atMs: z.number(), remainingBytes: z.number() })),
          decisions: z.array(decision),
        })
        .nullable(),
    }),
    z.object({ state: z.literal('ended'), report, past: pastMigration.nullable() }),
    z.object({
      state: z.literal('failed'),
      ...handle.shape,
      code: z.string(),
      message: z.string(),
      next: problem.shape.next,
    }),
  ])
  .openapi('MigrationDetail')

const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().openapi({ description: 'The cursor of the next page; null behind the last' }),
  })

export const schemas = {
  name,
  wanted,
  planRequest,
  migrationRequest,
  revertRequest,
  wish,
  wishChange,
  caller,
  hostStatus,
  inventory,
  handle,
  foundMigration,
  answer,
  problem,
  confirmed,
  summary,
  report,
  plan,
  guestIntent,
  pastMigration,
  underWay,
  novaUnderWay,
  migrationDetail,
  page,
} as const

/** Of every request that changes something. */
export const keyHeader = z.object({
  'Idempotency-Key': z.string().min(1).max(200).optional().openapi({
    description:
      'The same request with the same key is done once, and answered alike for 24 hours, whichever server is asked',
  }),
})
