// What dirty logging costs a guest under KVM: its own speed before, while QEMU measures its dirty rate in each safe mode, in each pass
// of a pre-copy migration that does not end, and after it was aborted.
//   node bench/dirty-logging/dirty-logging.ts [--rounds 3] [--only TEXT] [--out FILE]

import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import {
  addGuest,
  checkGuest,
  down,
  readProgress,
  removeGuest,
  thisMachine,
  up,
  virsh,
  waitForProgress,
  writeSpeed,
} from '@landfall/lab'
import type { GuestRequest, ProgressSample } from '@landfall/lab'
import { connect } from '@landfall/libvirt'
import type { Domain } from '@landfall/libvirt'
import type { CpuLook, Work } from './guest-work.ts'
import { cpuOf, distinctPages, qemuOf, workBetween } from './guest-work.ts'
import { rest, watchPasses } from './passes.ts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  rounds: { type: 'string', default: '3' },
  only: { type: 'string', default: '' },
  link: { type: 'string', default: '500Mbit' },
  out: { type: 'string' },
  name: { type: 'string', default: 'kvm1' },
})
const labName = values.name
const pageBytes = 4096
const set = 256
const setPages = (set * 1024 ** 2) / pageBytes
const guests: readonly (Omit<GuestRequest, 'name'> & { readonly label: string })[] = (
  [
    ['stamps', 'max'],
    ['mixed', 'max'],
    ['pages', 'max'],
    ['stamps', '60MiB'],
    ['mixed', '60MiB'],
  ] as const
).map(([rewrite, writeRate]) => ({
  label: `${rewrite}, ${writeRate}`,
  guest: 'rom',
  memory: '512MiB',
  writeSet: `${set}MiB`,
  rewrite,
  writeRate,
  diskWriteRate: '0',
}))

interface Window {
  readonly mode: 'page-sampling' | 'dirty-bitmap'
  readonly windowMs: number
  readonly tookMs: number
  readonly dirtyMiB: number
  /** Pages of the set that the guest's own count of writes says. */
  readonly trueMiB: number
  readonly work: Work
}

interface PassRow {
  readonly number: number
  readonly leftMiB: number
  /** Distinct pages by the guest's own count of writes. */
  readonly trueMiB: number
  readonly work: Work
  /** Speed as a share of that before, by the clock and by the vCPU's time on a CPU. */
  readonly speed: number
  readonly speedPerCpu: number
  /** (vCPU time − writes ÷ speed before) ÷ distinct pages. */
  readonly microsecondsPerPage: number
  /** Speed in the pass by tenths of it, as a share of that before. */
  readonly tenths: readonly number[]
}

interface Row {
  readonly guest: string
  readonly round: number
  readonly load: number
  readonly before: Work
  readonly windows: readonly Window[]
  readonly passes: readonly PassRow[]
  readonly after: Work
  readonly afterSpeed: number
  readonly pagesWrong: number
}

type Measure = (from: CpuLook, to: CpuLook) => Promise<Work>

async function work(pid: string, ms: number, measure: Measure): Promise<Work> {
  const from = cpuOf(pid)
  await rest(ms)
  const to = cpuOf(pid)
  // What the guest told last is told within 40 ms.
  await rest(100)
  return measure(from, to)
}

interface DirtyRate {
  readonly status: string
  readonly 'dirty-rate'?: number
  readonly 'calc-time': number
}

async function dirtyRate(
  domain: Domain,
  pid: string,
  mode: Window['mode'],
  windowMs: number,
  measure: Measure,
): Promise<Window> {
  const samples = mode === 'page-sampling' ? { 'sample-pages': 16_384 } : {}
  const from = cpuOf(pid)
  await domain.qemuMonitorCommand({
    execute: 'calc-dirty-rate',
    arguments: { 'calc-time': windowMs, 'calc-time-unit': 'millisecond', mode, ...samples },
  })
  await rest(windowMs)
  for (;;) {
    const answer = (await domain.qemuMonitorCommand({
      execute: 'query-dirty-rate',
      arguments: { 'calc-time-unit': 'millisecond' },
    })) as DirtyRate
    if (answer.status === 'measured') {
      const to = cpuOf(pid)
      await rest(100)
      const done = await measure(from, to)
      const tookMs = answer['calc-time']
      const writes = (done.pagesPerSecond * tookMs) / 1000
      return {
        mode,
        windowMs,
        tookMs,
        dirtyMiB: ((answer['dirty-rate'] ?? NaN) * tookMs) / 1000,
        trueMiB: (distinctPages(writes, setPages) * pageBytes) / 1024 ** 2,
        work: done,
      }
    }
    await rest(10)
  }
}

async function measureGuest(request: (typeof guests)[number], round: number, uri: string): Promise<Row> {
  const { label, ...guest } = request
  const name = 'logged'
  await addGuest(labName, { ...guest, name })
  const start = await waitForProgress(labName, name)
  await rest(2000)
  await using connection = await connect(uri)
  const domain = await connection.domainLookupByName(name)
  const pid = qemuOf(labName, name)
  const measure: Measure = async (from, to) => workBetween(await readProgress(labName, name), from, to)
  const before = await work(pid, 4000, measure)
  const windows: Window[] = []
  for (const windowMs of [100, 300, 1000, 2000]) {
    for (const mode of ['page-sampling', 'dirty-bitmap'] as const) {
      windows.push(await dirtyRate(domain, pid, mode, windowMs, measure))
      await rest(700)
    }
  }
  const again = await work(pid, 3000, measure)
  const usual = Math.max(before.pagesPerSecond, again.pagesPerSecond)
  const usualPerCpu = Math.max(before.pagesPerCpuSecond, again.pagesPerCpuSecond)
  await domain.migrateSetMaxDowntime(1)
  const running = virsh(labName, 'host1', ['migrate', '--live', '--p2p', name, 'qemu+tcp://host2/system']).catch(
    () => '',
  )
  const passes = await watchPasses(domain, pid, 4, 40_000)
  await domain.abortJob().catch(() => undefined)
  await running
  await domain.migrateSetMaxDowntime(300)
  const rows: PassRow[] = []
  await rest(100)
  for (const { number, from, to, leftBytes } of passes) {
    const done = await measure(from, to)
    const distinct = distinctPages(done.pages, setPages)
    const cpuMs = done.ms * done.cpuShare
    rows.push({
      number,
      leftMiB: leftBytes / 1024 ** 2,
      trueMiB: (distinct * pageBytes) / 1024 ** 2,
      work: done,
      speed: done.pagesPerSecond / usual,
      speedPerCpu: done.pagesPerCpuSecond / usualPerCpu,
      microsecondsPerPage: ((cpuMs - (done.pages / usualPerCpu) * 1000) / distinct) * 1000,
      tenths: tenthsOf(await readProgress(labName, name), from.atMs, to.atMs).map((speed) => speed / usual),
    })
  }
  const after = await work(pid, 3000, measure)
  const { wrongPages: pagesWrong } = await checkGuest(labName, name, start.atMonotonicMs)
  await removeGuest(labName, name)
  const load = loadavg()[0] ?? NaN
  return {
    guest: label,
    round,
    load,
    before,
    windows,
    passes: rows,
    after,
    afterSpeed: after.pagesPerSecond / usual,
    pagesWrong,
  }
}

const tenthsOf = (samples: readonly ProgressSample[], fromMs: number, toMs: number): readonly number[] => {
  const tenthMs = (toMs - fromMs) / 10
  return Array.from({ length: 10 }, (_, tenth) => fromMs + tenth * tenthMs).map((at) =>
    writeSpeed(samples, at, at + tenthMs),
  )
}

const startedAt = new Date().toISOString()
const loadBefore = loadavg()
await down(labName)
await using lab = await up({ name: labName, link: values.link })
const uri = lab.state.hosts[0]?.unixUri ?? ''
const rows: Row[] = []
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const guest of guests.filter(({ label }) => label.includes(values.only))) {
    const row = await measureGuest(guest, round, uri)
    rows.push(row)
    console.log(
      `${row.guest} (load ${row.load.toFixed(1)}): ${row.before.pagesPerSecond.toFixed(0)} pages/s, ${percent(row.before.cpuShare)} CPU; wrong ${row.pagesWrong}`,
    )
    for (const each of row.windows)
      console.log(
        `  ${each.mode} ${each.windowMs} ms (${each.tookMs}): ${each.dirtyMiB.toFixed(1)} MiB, by its writes ${each.trueMiB.toFixed(1)}; speed ${percent(each.work.pagesPerSecond / row.before.pagesPerSecond)}, per CPU ${percent(each.work.pagesPerCpuSecond / row.before.pagesPerCpuSecond)}`,
      )
    for (const each of row.passes)
      console.log(
        `  pass ${each.number}: ${each.work.ms.toFixed(0)} ms, left ${each.leftMiB.toFixed(0)} MiB, by its writes ${each.trueMiB.toFixed(0)}; speed ${percent(each.speed)}, per CPU ${percent(each.speedPerCpu)}, ${each.microsecondsPerPage.toFixed(1)} us a page; tenths ${each.tenths.map((share) => (share * 100).toFixed(0)).join(' ')}`,
      )
    console.log(`  after the abort: speed ${percent(row.afterSpeed)}`)
  }
}
const machine = { ...thisMachine(lab.state, 'rom'), loadBefore, node: process.version }
if (values.out !== undefined)
  writeFileSync(
    values.out,
    `${JSON.stringify({ startedAt, link: values.link, setMiB: set, machine, rows }, null, 1)}\n`,
  )
