// What the store costs: listing ended migrations, finding the unended ones, and an entry that is on the disk.
//   node bench/store/store.ts [--ended 10000] [--store postgres://...] [--out FILE]

import type { MigrationReport } from '@landfall/api'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultIntent, GiB, initialState, plan, typicalOverheads } from '@landfall/core'
import type { Facts } from '@landfall/core'
import { openStore, ownIdentity } from '@landfall/server/parts'
import { optionsOf } from '../src/arguments.ts'

// The store is an empty database of PostgreSQL; a file of its own where none is named.
const values = optionsOf(import.meta.filename, {
  ended: { type: 'string', default: '10000' },
  store: { type: 'string' },
  out: { type: 'string' },
})
const count = Number(values.ended)

const facts: Facts = {
  memoryBytes: 64 * GiB,
  vcpus: 8,
  dirtyWindows: [1, 2, 4, 8].map((s) => ({ windowMs: s * 1000, dirtyBytes: s * GiB, kind: 'page-sampling' })),
  link: { bytesPerSecond: { low: GiB, likely: 1.1 * GiB, high: 1.2 * GiB }, source: 'configured' },
  postCopy: { possible: true },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: typicalOverheads('kvm'),
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}
const chosen = plan(defaultIntent, facts)
const state = initialState(chosen, defaultIntent, facts, 0)

const folder = mkdtempSync(join(tmpdir(), 'landfall-bench-'))
await using store = openStore(values.store ?? folder)
const driver = ownIdentity()

async function begin(number: number): Promise<{ readonly id: string; readonly end: () => Promise<void> }> {
  const name = `guest-${number % 500}`
  const id = `20260101T${String(number).padStart(9, '0')}-${name}`
  const guest = { name, uuid: `6a3d2f60-58e3-4c0f-0000-${String(number % 500).padStart(12, '0')}` }
  const where = { source: `host${number % 20}`, destination: `host${(number + 1) % 20}` }
  const record = { id, guest, persistent: true, ...where, intent: defaultIntent, facts, plan: chosen }
  const lease = await store.begin({ ...record, previousDowntimeLimitMs: 300 }, number, driver)
  await store.append(lease, { at: number, kind: 'launching' })
  for (let pass = 1; pass <= 3; pass++) await store.append(lease, { at: number + pass, kind: 'state', state })
  // What a listing is made of; the rest of a report costs nothing here.
  const report = {
    id,
    guest: name,
    ...where,
    outcome: 'completed',
    reason: { code: 'landed', message: `${name} runs on ${where.destination}` },
    strategy: 'pre-copy',
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:01:01Z',
    totalTimeMs: 61_000,
    downtimeMs: 80,
    passes: 3,
    bytesSent: 70 * GiB,
    decisions: [],
  } as unknown as MigrationReport
  return { id, end: () => store.append(lease, { at: number + 9, kind: 'ended', report }) }
}

interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
}

/** Wall time as it was at best, and CPU time in the middle, in milliseconds: other work on the machine is not the store's. */
async function measured(act: () => Promise<unknown>, times = 21): Promise<Cost> {
  const [wall, cpu]: [number[], number[]] = [[], []]
  for (let round = 0; round < times; round++) {
    const [from, before] = [performance.now(), process.cpuUsage()]
    await act()
    const { user, system } = process.cpuUsage(before)
    wall.push(performance.now() - from)
    cpu.push((user + system) / 1000)
  }
  const middle = cpu.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN
  return { wallMs: Math.min(...wall), cpuMs: middle }
}

const startedAt = new Date().toISOString()
const loadBefore = loadavg()
const from = performance.now()
for (let number = 0; number < count; number++) await (await begin(number)).end()
const writeMs = (performance.now() - from) / count
const open: string[] = []
for (let number = count; number < count + 5; number++) open.push((await begin(number)).id)

const result = {
  ended: count,
  on: values.store === undefined ? 'SQLite' : 'PostgreSQL',
  ...(values.store === undefined ? { fileMiB: statSync(join(folder, 'landfall.db')).size / 2 ** 20 } : {}),
  wholeMigrationMs: writeMs,
  listEnded: await measured(() => store.ended({ limit: count })),
  findUnended: await measured(() => store.unended()),
  unendedOfAGuest: await measured(() => store.unendedOf('guest-3')),
  story: await measured(() => store.read(open[0] ?? '')),
  lessonsOf200: await measured(() => store.lessons(200)),
  endedOfAGuest: await measured(() => store.endedOf('guest-77')),
}
console.log(result)
const [wallMs, cpuMs] = (['wallMs', 'cpuMs'] as const).map((what) => result.listEnded[what] + result.findUnended[what])
console.log(
  `listing ${count} ended ones and finding the unended: ${wallMs?.toFixed(1)} ms, ${cpuMs?.toFixed(1)} ms of CPU (target: < 20 ms)`,
)
if (values.out !== undefined) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, loadBefore, node: process.version }
  writeFileSync(values.out, `${JSON.stringify({ startedAt, machine, result }, null, 2)}\n`)
}
await store[Symbol.asyncDispose]()
rmSync(folder, { recursive: true, force: true })
