// What the store costs: listing ended migrations, finding the unended ones, and an entry that is on the disk.
//   node bench/store/store.ts [--ended 10000] [--out FILE]

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultIntent, GiB, initialState, plan, typicalOverheads } from '@landfall/core'
import type { Facts } from '@landfall/core'
import { openStore, ownIdentity } from '@landfall/server/parts'
import type { MigrationReport } from '@landfall/server'

const { values } = parseArgs({
  options: { ended: { type: 'string', default: '10000' }, out: { type: 'string' } },
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
await using store = openStore(folder)
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

/** The middle of so many, in milliseconds. */
async function measured(act: () => Promise<unknown>, times = 21): Promise<number> {
  const took: number[] = []
  for (let round = 0; round < times; round++) {
    const from = performance.now()
    await act()
    took.push(performance.now() - from)
  }
  return took.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN
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
  fileMiB: statSync(join(folder, 'landfall.db')).size / 2 ** 20,
  wholeMigrationMs: writeMs,
  listEndedMs: await measured(() => store.ended()),
  findUnendedMs: await measured(() => store.unended()),
  unendedOfAGuestMs: await measured(() => store.unendedOf('guest-3')),
  storyMs: await measured(() => store.read(open[0] ?? '')),
  newest200Ms: await measured(() => store.newest(200)),
  endedOfAGuestMs: await measured(() => store.endedOf('guest-77')),
}
console.log(result)
const together = result.listEndedMs + result.findUnendedMs
console.log(`listing ${count} ended ones and finding the unended: ${together.toFixed(1)} ms (target: < 20 ms)`)
if (values.out !== undefined) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, loadBefore, node: process.version }
  writeFileSync(values.out, `${JSON.stringify({ startedAt, machine, result }, null, 2)}\n`)
}
await store[Symbol.asyncDispose]()
rmSync(folder, { recursive: true, force: true })
