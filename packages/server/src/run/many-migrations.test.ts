import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { defaultIntent, plan } from '@landfall/core'
import { expect, test } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { begin } from './start/begin.ts'
import { openRunContext } from './start/context.ts'
import { LiveHosts } from '../testing/live-hosts.ts'
import { plainFacts as facts } from '../testing/plain-facts.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

interface Held {
  readonly connections: number
  readonly handles: number
  readonly heapBytes: number
}

/** What the process holds by now, when all that has ended had its chance to go. */
async function heldBy(world: LiveHosts): Promise<Held> {
  await expect.poll(() => world.open, { interval: 5 }).toBeLessThanOrEqual(world.daemons.length)
  world.forget()
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
  }
  const handles = process.getActiveResourcesInfo().filter((kind) => /socket|wrap|file/i.test(kind)).length
  return { connections: world.open, handles, heapBytes: process.memoryUsage().heapUsed }
}

/** More where somebody asks for it. */
const count = Number(process.env['LANDFALL_MIGRATIONS'] ?? 300)

test(`${count} migrations one after another in one process leave no connection, no handle and no memory behind`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-'))
  await using world = await LiveHosts.listen()
  await using store = openStore(folder)
  await using context = openRunContext({ hosts: world.hosts, store })
  const migrateSoMany = async (count: number): Promise<void> => {
    for (let migration = 0; migration < count; migration++) {
      const [source, destination] = world.at === 0 ? (['host1', 'host2'] as const) : (['host2', 'host1'] as const)
      const chosen = { guest: world.guest, source, destination, intent: defaultIntent, facts }
      const none = { intentSources: {}, findings: [], keptThere: null, reverts: false, probeObstacle: null }
      const migration = { ...chosen, ...none, plan: plan(defaultIntent, facts) }
      const running = await begin(context, migration, () => undefined, {})
      expect((await running.ended).outcome).toBe('completed')
    }
  }
  // Until all that is compiled on the way is.
  await migrateSoMany(100)
  const before = await heldBy(world)
  await migrateSoMany(count - 100)
  const after = await heldBy(world)
  rmSync(folder, { recursive: true })
  expect({ ...after, heapBytes: 0 }).toEqual({ ...before, heapBytes: 0 })
  expect((after.heapBytes - before.heapBytes) / (count - 100)).toBeLessThan(4096)
}, 120_000)
