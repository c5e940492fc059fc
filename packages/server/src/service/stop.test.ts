import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { systemClock } from '../clock.ts'
import { defaultServerConfig } from '../config/server-config.ts'
import { noNova } from '../cloud/open-nova.ts'
import { ownIdentity } from '../store/driver-identity.ts'
import { openStore } from '../store/open-store.ts'
import { FakeWorld } from '../testing/fake-hosts.ts'
import { plainRecord } from '../testing/story.ts'
import { startService } from './service.ts'

/** A second lasts ten milliseconds. */
const hurried: Clock = { now: () => Date.now(), sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) }

test('a service whose hosts never answer ends all the same, and says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  const store = openStore(folder)
  const world = new FakeWorld()
  const holder = { ...ownIdentity(), startTicks: 'none' }
  const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
  // A migration, and requests, that a service before has left.
  await store.begin(plainRecord, 1, holder)
  for (const id of ['m2', 'm3'])
    await store.requests.keep({ id, at: 1, holder, request: { guest: id, to: 'host2', wanted, confirm: false } })
  const lines: string[] = []
  const service = await startService({
    hosts: [world.facts('host1'), world.facts('host2')],
    dial: () => new Promise(() => undefined),
    store,
    clock: hurried,
    nova: noNova,
    server: { ...defaultServerConfig, listen: { host: '127.0.0.1', port: 0 } },
    version: '1',
    consoleFolder: folder,
    log: pino({}, { write: (line: string) => void lines.push(line) }),
  })
  await service[Symbol.asyncDispose]()
  expect(lines.at(-1)).toContain('stopped, with hosts asked that do not answer')
  await store[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})
