// A whole service that takes over what a driver that died has left, and a receiver over HTTP.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultIntent, plan } from '@landfall/core'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultServerConfig } from '../config/server-config.ts'
import { startService } from '../service/service.ts'
import { ownIdentity } from '../store/driver-identity.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { FakeWorld } from '../testing/fake-hosts.ts'
import { plainFacts as facts } from '../testing/plain-facts.ts'

const uuid = '11111111-2222-3333-4444-555555555555'
const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`

let folder: string
let store: Store
let receiver: Server
let heard: string[]
let status: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  store = openStore(folder)
  heard = []
  status = 204
  receiver = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      heard.push(body)
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** Of a guest that still runs on its source. */
async function leftBehind(): Promise<FakeWorld> {
  const world = new FakeWorld()
  world.add('host1', { name: 'web1', uuid })
  const intent = { ...defaultIntent, onlyCold: true } as const
  const guest = { name: 'web1', uuid }
  const record = { id: 'm0', guest, persistent: true, source: 'host1', destination: 'host2', intent, facts }
  const dead = { ...ownIdentity(), startTicks: 'none' }
  const lease = await store.begin({ ...record, plan: plan(intent, facts), previousDowntimeLimitMs: 300 }, 1, dead)
  await store.append(lease, { at: 2, kind: 'launching' })
  return world
}

test.each([204, 403])(
  'a receiver that answers %i is told of the end once; the log has no secret of its own',
  async (answer) => {
    status = answer
    const world = await leftBehind()
    const secretFile = join(folder, 'secret')
    writeFileSync(secretFile, secret)
    const lines: string[] = []
    const { port } = receiver.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/hook?token=hidden`
    const pager = { name: 'pager', events: ['ended'], url, secretFile, timeoutMs: 5000, retryForMs: 60_000 } as const
    const service = await startService({
      hosts: [world.facts('host1'), world.facts('host2')],
      dial: world.dial,
      store,
      server: { ...defaultServerConfig, listen: { host: '127.0.0.1', port: 0 } },
      notify: { launchWaitsMs: 0, switchoverLeadMs: 1000, webhooks: [pager], commands: [] },
      version: '1',
      consoleFolder: folder,
      log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    })
    const log = (): string => lines.join('')
    await expect.poll(log, { interval: 10, timeout: 20_000 }).toMatch(answer === 204 ? /"told"/ : /"could not be told"/)
    await service[Symbol.asyncDispose]()
    expect(heard.map((body) => JSON.parse(body) as unknown)).toMatchObject([
      { type: 'ended', data: { migration: 'm0', guest: 'web1', source: 'host1', destination: 'host2' } },
    ])
    expect(log()).not.toContain('hidden')
    expect(log()).not.toContain(secret.slice(6))
  },
)
