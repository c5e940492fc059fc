import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MigrationPlan, MigrationReport, MigrationUpdate } from '@landfall/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { Traces } from './traces.ts'

const migration = { id: 'web1-20260102-0304-12345678', guest: 'web1' }
// As much of each as is told.
const plan = { verdict: 'go', strategy: 'pre-copy', reason: { code: 'fits', message: '' } }
const planned: MigrationUpdate = { kind: 'planned', at: 3, migration: { plan } as MigrationPlan }
const act = { kind: 'suspend', why: 'the plateau', numbers: {} } as const
const report = {
  outcome: 'failed',
  strategy: 'pre-copy',
  reason: { code: 'migration-failed', message: 'the link broke' },
  source: 'host1',
  destination: 'host2',
  downtimeMs: null,
  bytesSent: 7,
  passes: 2,
} as MigrationReport
const story: readonly MigrationUpdate[] = [
  { kind: 'step', at: 1, message: 'measuring' },
  planned,
  { kind: 'launched', at: 4, id: migration.id },
  { kind: 'act', at: 5, act },
  { kind: 'ended', at: 9.4, report },
]

interface Sent {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string }[]
  readonly events: readonly { readonly name: string }[]
  readonly status: object
}

/** What a collector was sent, and what it answers. */
let got: Sent[]
let status: number
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = JSON.parse(Buffer.concat(parts).toString()) as {
    readonly resourceSpans: readonly [{ readonly scopeSpans: readonly [{ readonly spans: readonly Sent[] }] }]
  }
  if (status === 200) got.push(...body.resourceSpans[0].scopeSpans[0].spans)
  response.writeHead(status).end()
}
const collector = createServer((request, response) => void answer(request, response))

beforeEach(async () => {
  ;[got, status] = [[], 200]
  await once(collector.listen(0, '127.0.0.1'), 'listening')
})
afterEach(async () => {
  collector.closeAllConnections()
  await once(collector.close(), 'close')
})

/** Sends what that migration told, over as many looks; what was said of the collector. */
async function send(
  updates: readonly MigrationUpdate[],
  looks: (() => void)[],
  whose: 'ours' | 'others' | 'left' = 'ours',
): Promise<(string | null)[]> {
  const troubles: (string | null)[] = []
  const stopping = new AbortController()
  const clock: Clock = {
    now: () => 10,
    sleep: async () => {
      looks.shift()?.()
      if (looks.length === 0) stopping.abort()
    },
  }
  const { port } = collector.address() as AddressInfo
  let number = 0
  const traces = new Traces({
    url: `http://127.0.0.1:${port}/v1/traces`,
    service: { version: '1', instance: 'here' },
    clock,
    newSpanId: () => String(++number).padStart(16, '0'),
    drivenHere: () => new Set(whose === 'ours' ? [migration.id] : []),
    onTrouble: (why) => troubles.push(why),
  })
  for (const update of updates) traces.told(migration, update, whose === 'others')
  if (whose === 'ours' && updates.at(-1)?.kind !== 'ended') traces.failed(migration, new Error('gone'))
  await traces.run(stopping.signal)
  return troubles
}

test('a migration is a span with its parts below it, what was done in them, and how it ended', async () => {
  expect(await send(story, [() => undefined])).toEqual([])
  const [planning, running, whole] = got
  expect(got.map(({ name }) => name)).toEqual(['planning', 'running', 'migration'])
  expect(planning).toMatchObject({ startTimeUnixNano: '1000000', endTimeUnixNano: '3000000', status: { code: 0 } })
  expect(planning?.attributes).toContainEqual({ key: 'landfall.strategy', value: { stringValue: 'pre-copy' } })
  expect(running?.events.map(({ name }) => name)).toEqual(['launched', 'suspend'])
  expect([planning?.parentSpanId, running?.parentSpanId]).toEqual([whole?.spanId, whole?.spanId])
  expect(whole).toMatchObject({
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    startTimeUnixNano: '1000000',
    endTimeUnixNano: '9000000',
    status: { code: 2, message: 'the link broke' },
  })
  expect(whole?.attributes).toContainEqual({ key: 'landfall.bytes_sent', value: { doubleValue: 7 } })
  expect(whole?.attributes.map(({ key }) => key)).not.toContain('landfall.downtime_ms')
})

test('what a collector does not take is sent again, and its trouble said once', async () => {
  status = 503
  const looks = [(): undefined => undefined, (): undefined => undefined, () => (status = 200)]
  expect(await send(story, looks)).toEqual(['it was answered with 503', null])
  expect(got).toHaveLength(3)
})

test('what kept a migration from its end here ends its spans', async () => {
  await send(story.slice(0, 3), [() => undefined])
  expect(got.map(({ name, status: told }) => [name, told])).toEqual([
    ['planning', { code: 0 }],
    ['running', expect.objectContaining({ code: 2 })],
    ['migration', expect.objectContaining({ code: 2 })],
  ])
})

test('what another server drives has its spans there alone', async () => {
  await send(story, [() => undefined], 'others')
  expect(got).toEqual([])
})

test('what another server took over ends its spans here, and has not failed', async () => {
  await send(story.slice(0, 3), [() => undefined], 'left')
  expect(got.map(({ name, endTimeUnixNano, status: told }) => [name, endTimeUnixNano, told])).toEqual([
    ['planning', '3000000', { code: 0 }],
    ['running', '10000000', { code: 0 }],
    ['migration', '10000000', { code: 0 }],
  ])
})
