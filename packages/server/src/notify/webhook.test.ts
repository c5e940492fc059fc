// Against a real server: slow, failing, gone.
import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { switchover } from './notification.ts'
import { readSecret } from './signature.ts'
import type { Target } from './target.ts'
import { webhookTarget } from './webhook.ts'

const key = Buffer.alloc(32, 7)
const otherKey = Buffer.alloc(32, 8)
const at = 1_700_000_000_999
const notification = switchover({ id: 'm1', guest: 'wéb1' }, { low: 1000, likely: 2000, high: 3000 }, at)
const never = new AbortController().signal

interface Heard {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let server: Server
let heard: Heard[]
let answer: (response: ServerResponse) => void
beforeEach(async () => {
  heard = []
  answer = (response) => response.writeHead(204).end()
  server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      heard.push({ headers: request.headers, body })
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function target(timeoutMs = 5000): Target {
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/hook?token=hidden`
  const secrets = [key, otherKey].flatMap((each) => readSecret(`whsec_${each.toString('base64')}`) ?? [])
  return webhookTarget({ name: 'pager', events: ['ended'], url, timeoutMs, retryForMs: 1000 }, secrets, () => at)
}

test('what is sent has the form and the signatures of the Standard Webhooks specification', async () => {
  expect(await target().send(notification, never)).toEqual({ kind: 'delivered' })
  const [{ headers, body } = { headers: {}, body: '' }] = heard
  expect(JSON.parse(body)).toEqual({
    type: 'switchover',
    timestamp: '2023-11-14T22:13:20.999Z',
    data: { migration: 'm1', guest: 'wéb1', predictedEndInMs: { low: 1000, likely: 2000, high: 3000 } },
  })
  expect(headers).toMatchObject({ 'webhook-timestamp': '1700000000', 'content-type': 'application/json' })
  const signedText = `${String(headers['webhook-id'])}.1700000000.${body}`
  const expected = [key, otherKey].map((each) => `v1,${createHmac('sha256', each).update(signedText).digest('base64')}`)
  expect(headers['webhook-signature']).toBe(expected.join(' '))
  await target().send(notification, never)
  expect(heard[1]?.headers['webhook-id']).toBe(headers['webhook-id'])
})

test.each([
  [500, {}, { mayRetry: true }],
  [429, { 'retry-after': '7' }, { mayRetry: true, retryAfterMs: 7000 }],
  [404, {}, { mayRetry: false }],
  [302, { location: 'http://127.0.0.1:1/elsewhere' }, { mayRetry: false }],
])('an answer of %i is a failure', async (status, headers, expected) => {
  answer = (response) => response.writeHead(status, headers).end('anything')
  const attempt = await target().send(notification, never)
  expect(attempt).toMatchObject({ kind: 'failed', ...expected })
  expect(JSON.stringify(attempt)).toContain(String(status))
  expect(heard).toHaveLength(1)
})

test('a receiver that does not answer in time has failed, and may be asked again', async () => {
  answer = () => undefined
  const attempt = await target(100).send(notification, never)
  expect(attempt).toEqual({ kind: 'failed', why: 'no answer within 100 ms', mayRetry: true })
})

test('one whose answer has no end is not read', async () => {
  answer = (response) => void response.writeHead(200).write('x'.repeat(1000))
  expect(await target().send(notification, never)).toEqual({ kind: 'delivered' })
})

test('one that is gone has failed, and neither its address nor the secret is told', async () => {
  const gone = target()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  const attempt = await gone.send(notification, never)
  expect(attempt).toEqual({ kind: 'failed', why: 'ECONNREFUSED', mayRetry: true })
  server = createServer()
  server.listen(0)
})

test('what is being sent is cut off by the signal', async () => {
  const stop = new AbortController()
  answer = () => stop.abort()
  expect(await target().send(notification, stop.signal)).toMatchObject({ kind: 'failed' })
})

test.each(['', 'hunter2', 'whsec_c2hvcnQ=', `whsec_${Buffer.alloc(65).toString('base64')}`, 'whsec_****'])(
  '"%s" is no secret',
  (text) => {
    expect(readSecret(text)).toBeNull()
  },
)
