// What steering costs: CPU per sample by itself, and 1,000 simultaneous migrations against fake hosts.
//   node bench/steering/steering.ts [--migrations 1000] [--seconds 60] [--out FILE]

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { GiB, defaultIntent, initialState, plan, simulate, steer } from '@landfall/core'
import type { Facts } from '@landfall/core'
import {
  beginStory,
  HostSession,
  openStore,
  ownIdentity,
  runLiveMigration,
  RunningStory,
  systemClock,
} from '@landfall/server/parts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  migrations: { type: 'string', default: '1000' },
  seconds: { type: 'string', default: '60' },
  out: { type: 'string' },
})
const migrations = Number(values.migrations)
const seconds = Number(values.seconds)
const hosts = 20
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const facts: Facts = {
  memoryBytes: 64 * GiB,
  likelyNonZeroBytes: 64 * GiB,
  vcpus: 8,
  dirtyWindows: [1, 2].map((s) => ({ windowMs: s * 1000, dirtyBytes: s * 2 * GiB, kind: 'page-sampling' })),
  link: { bytesPerSecond: { low: GiB, likely: 1.1 * GiB, high: 1.2 * GiB }, source: 'configured' },
  postCopy: { possible: false, why: 'the bench keeps them in pre-copy' },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: { prepareMs: 800, switchoverMs: 50, teardownMs: 300 },
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}
// Without a lever and with a long wait for a dip: they go on for as long as the bench looks.
const intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 1000 } as const

/** steer() alone, over the samples of simulated migrations of several kinds. */
function costOfASample(): { samples: number; microseconds: number } {
  const guests = [0.5, 1.1, 2, 10].map((share) => ({
    memoryBytes: 64 * GiB,
    nonZeroBytes: 64 * GiB,
    writes: [{ bytes: 16 * GiB, bytesPerSecond: share * 1.1 * GiB, pattern: 'uniform' as const }],
    accelerator: 'kvm' as const,
    postCopySpeed: 0.5,
    liveCost: 0.01,
  }))
  const runs = guests.map((guest) =>
    simulate(defaultIntent, { guest, link: { bytesPerSecond: 1.1 * GiB }, facts, mostMs: 300_000 }),
  )
  let samples = 0
  const before = process.cpuUsage()
  for (let round = 0; round < 20; round++) {
    for (const run of runs) {
      let state = initialState(plan(defaultIntent, facts), defaultIntent, facts, 0)
      for (const sample of run.samples) {
        state = steer(state, sample, sample.elapsedMs).state
        samples++
      }
    }
  }
  const { user, system } = process.cpuUsage(before)
  return { samples, microseconds: (user + system) / samples }
}

const sessionOf = (name: string, uri: string): HostSession =>
  new HostSession({ name, uri, peerUri: uri, migrationAddress: null, linkBytesPerSecond: null, reservedBytes: 0 })

async function manyMigrations(): Promise<Record<string, number>> {
  const perHost = Math.ceil(migrations / hosts)
  const child = fork(new URL('fake-migrations.ts', import.meta.url), [String(hosts), String(perHost)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  const uris = JSON.parse(line.toString()) as string[]
  const sources = uris.map((uri, index) => sessionOf(`host${index}`, uri))
  const folder = mkdtempSync(join(tmpdir(), 'landfall-bench-'))
  const store = openStore(folder)
  const chosen = plan({ ...intent, maxPauseMs: 60_000 }, facts)
  let samples = 0
  let acts = 0
  for (let index = 0; index < migrations; index++) {
    const host = index % hosts
    const guest = Math.floor(index / hosts)
    const uuid = `6a3d2f60-58e3-4c0f-${String(host).padStart(4, '0')}-${String(guest).padStart(12, '0')}`
    const now = Date.now()
    const source = sources[host]
    const destination = sources[(host + 1) % hosts]
    if (!source || !destination) throw new Error('no host')
    const record = {
      id: `bench-${index}`,
      guest: { name: uuid, uuid },
      persistent: true,
      source: source.host.name,
      destination: destination.host.name,
      intent,
      facts,
      plan: chosen,
      previousDowntimeLimitMs: 300,
    }
    const driver = ownIdentity()
    const lease = await store.begin(record, now, driver)
    const begun = initialState(chosen, intent, facts, now)
    runLiveMigration({
      story: new RunningStory(
        beginStory(record, now, driver),
        (entry) => store.append(lease, entry),
        (message) => console.error(message),
      ),
      role: { origin: 'taken-over', hands: 'on' },
      // Never an idle boundary too many: what is measured is looking and deciding, not ending.
      state: {
        ...begun,
        waiting: { ...begun.waiting, idleBoundaries: -1_000_000 },
        passes: { ...begun.passes, withoutGain: -1_000_000 },
      },
      source,
      destination,
      launcher: source,
      clock: systemClock,
      onUpdate: (update) => {
        if (update.kind === 'sample') samples++
        if (update.kind === 'act') acts++
      },
      meter: null,
      abortAsked: () => null,
    })
    if (index % 50 === 49) await rest(20)
  }
  await rest(15_000)
  const [samplesBefore, before, start] = [samples, process.cpuUsage(), performance.now()]
  await rest(seconds * 1000)
  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  const seen = samples - samplesBefore
  child.kill()
  rmSync(folder, { recursive: true, force: true })
  return {
    migrations,
    samplesPerSecond: (seen / elapsedMs) * 1000,
    cpuPercentOfOneCore: (user + system) / 10 / elapsedMs,
    cpuMillisecondsPerSample: (user + system) / 1000 / seen,
    acts,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
  }
}

const startedAt = new Date().toISOString()
const loadBefore = loadavg()
const alone = costOfASample()
console.log(`steer(): ${alone.microseconds.toFixed(0)} µs of CPU per sample (${alone.samples} samples)`)
const together = await manyMigrations()
console.log(together)
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, loadBefore, node: process.version }
if (values.out !== undefined) {
  writeFileSync(values.out, `${JSON.stringify({ startedAt, machine, seconds, alone, together }, null, 2)}\n`)
}
process.exit(0)
