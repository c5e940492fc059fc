// What post-copy leaves behind: the guest's longest stall by its own clock while its memory follows, and its speed and the huge pages
// of its QEMU in the minute after, beside one pause after pass 1. With --khugepaged also with a khugepaged that hurries.
//   node bench/dirty-logging/post-copy.ts [--rounds 2] [--khugepaged] [--out FILE]

import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import {
  addGuest,
  checkGuest,
  down,
  lostWork,
  monotonicNowMs,
  readProgress,
  removeGuest,
  thisMachine,
  up,
  virsh,
  waitForProgress,
} from '@landfall/lab'
import { connect } from '@landfall/libvirt'
import { cpuOf, qemuOf, workBetween } from './guest-work.ts'
import type { CpuLook } from './guest-work.ts'
import { rest } from './passes.ts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  rounds: { type: 'string', default: '2' },
  khugepaged: { type: 'boolean', default: false },
  out: { type: 'string' },
  name: { type: 'string', default: 'kvm2' },
  after: { type: 'string', default: '40' },
})
const labName = values.name
const name = 'followed'
const afterSeconds = Number(values.after)
const setting = (of: string): string => `/sys/kernel/mm/transparent_hugepage/khugepaged/${of}`
const hurry = { scan_sleep_millisecs: '50', pages_to_scan: '65536' }

type Way = 'post-copy' | 'pause'
interface Row {
  readonly guest: string
  readonly way: Way
  readonly khugepaged: 'usual' | 'hurries'
  readonly load: number
  readonly totalMs: number
  /** By the guest's own clock, from the request on. */
  readonly longestGapMs: number
  readonly lostSeconds: number
  readonly capabilities: readonly string[]
  readonly hugeBeforeMiB: number
  /** Second by second after it ended: speed for each second of CPU as a share of that before, and huge pages. */
  readonly after: readonly { readonly perCpu: number; readonly speed: number; readonly hugeMiB: number }[]
  readonly wrongPages: number
}

const hugeMiB = (pid: string): number =>
  Number(/AnonHugePages:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024

const qemus = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return line.includes('qemu-system') && line.includes(`guest=${name},`) && line.includes(`/${labName}/`)
    } catch {
      return false
    }
  })

async function capabilitiesOn(uri: string): Promise<readonly string[]> {
  await using connection = await connect(uri)
  const domain = await connection.domainLookupByName(name)
  for (;;) {
    const info = (await domain.qemuMonitorCommand({ execute: 'query-migrate' })) as { status?: string }
    if (info.status === 'active') break
    await rest(50)
  }
  const all = (await domain.qemuMonitorCommand({ execute: 'query-migrate-capabilities' })) as {
    capability: string
    state: boolean
  }[]
  return all.filter(({ state }) => state).map(({ capability }) => capability)
}

async function measure(
  rewrite: 'stamps' | 'mixed' | 'pages',
  way: Way,
  khugepaged: Row['khugepaged'],
  uri: string,
): Promise<Row> {
  const guest = { guest: 'rom', memory: '512MiB', writeSet: '256MiB', rewrite, diskWriteRate: '0' } as const
  await addGuest(labName, { ...guest, name })
  const start = await waitForProgress(labName, name)
  await rest(2000)
  const pid = qemuOf(labName, name)
  const measureWork = async (from: CpuLook, to: CpuLook) => workBetween(await readProgress(labName, name), from, to)
  const from = cpuOf(pid)
  await rest(5000)
  const to = cpuOf(pid)
  await rest(100)
  const before = await measureWork(from, to)
  const hugeBeforeMiB = hugeMiB(pid)
  const beganMs = monotonicNowMs()
  const flags = way === 'post-copy' ? ['--postcopy', '--postcopy-after-precopy'] : []
  if (way === 'pause') await virsh(labName, 'host1', ['migrate-setmaxdowntime', name, '20000'])
  const capabilities = way === 'post-copy' ? capabilitiesOn(uri) : Promise.resolve([])
  const moving = virsh(labName, 'host1', ['migrate', '--live', '--p2p', ...flags, name, 'qemu+tcp://host2/system'])
  const [on] = await Promise.all([capabilities, moving])
  const endedMs = monotonicNowMs()
  const there = qemus().find((each) => each !== pid) ?? ''
  const after: { perCpu: number; speed: number; hugeMiB: number }[] = []
  let last = cpuOf(there)
  for (let second = 0; second < afterSeconds; second++) {
    await rest(1000)
    const now = cpuOf(there)
    await rest(80)
    const done = await measureWork(last, now)
    after.push({
      perCpu: done.pagesPerCpuSecond / before.pagesPerCpuSecond,
      speed: done.pagesPerSecond / before.pagesPerSecond,
      hugeMiB: hugeMiB(there),
    })
    last = now
  }
  const samples = await readProgress(labName, name)
  const gaps = samples.filter(({ atMonotonicMs: at }) => at > beganMs && at < endedMs + 1000)
  const { wrongPages } = await checkGuest(labName, name, start.atMonotonicMs)
  await removeGuest(labName, name)
  return {
    guest: rewrite,
    way,
    khugepaged,
    load: loadavg()[0] ?? NaN,
    totalMs: endedMs - beganMs,
    longestGapMs: Math.max(...gaps.map(({ longestGapMs }) => longestGapMs ?? 0)),
    lostSeconds: lostWork(samples, beganMs, endedMs, before.pagesPerSecond),
    capabilities: on,
    hugeBeforeMiB,
    after,
    wrongPages,
  }
}

const startedAt = new Date().toISOString()
const loadBefore = loadavg()
await down(labName)
await using lab = await up({ name: labName, link: '800Mbit' })
const uri = lab.state.hosts[0]?.unixUri ?? ''
const usual = Object.fromEntries(Object.keys(hurry).map((key) => [key, readFileSync(setting(key), 'utf8').trim()]))
const set = (to: Readonly<Record<string, string>>): void => {
  for (const [key, value] of Object.entries(to)) writeFileSync(setting(key), value)
}
const rows: Row[] = []
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const ways = [
  ['post-copy', 'usual'],
  ['pause', 'usual'],
  ...(values.khugepaged ? ([['post-copy', 'hurries']] as const) : []),
] as const
try {
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const rewrite of ['stamps', 'mixed', 'pages'] as const) {
      for (const [way, khugepaged] of ways) {
        set(khugepaged === 'hurries' ? hurry : usual)
        const row = await measure(rewrite, way, khugepaged, uri)
        set(usual)
        rows.push(row)
        const fives = Array.from({ length: Math.floor(afterSeconds / 5) }, (_, n) => row.after.slice(n * 5, n * 5 + 5))
        console.log(
          `${rewrite}, ${way}, khugepaged ${khugepaged} (load ${row.load.toFixed(1)}): ${row.totalMs.toFixed(0)} ms, longest gap ${row.longestGapMs.toFixed(0)} ms, lost ${row.lostSeconds.toFixed(1)} s, wrong ${row.wrongPages}; ${row.capabilities.join(' ')}`,
        )
        console.log(
          `  huge before ${row.hugeBeforeMiB.toFixed(0)} MiB; after by 5 s: ${fives.map((five) => `${(mean(five.map(({ perCpu }) => perCpu)) * 100).toFixed(0)} % ${(five[0]?.hugeMiB ?? 0).toFixed(0)} MiB`).join(', ')}`,
        )
      }
    }
  }
} finally {
  set(usual)
}
const machine = { ...thisMachine(lab.state, 'rom'), loadBefore, khugepaged: usual }
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ startedAt, machine, rows }, null, 1)}\n`)
