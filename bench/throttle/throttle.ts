// What QEMU's throttle really leaves a guest: the CPU time of its vCPU's thread and its own counter of written pages, at
// several nominal throttles, on an idle machine and on a busy one.
//   node bench/throttle/throttle.ts [--seconds 8] [--out FILE]

import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { Worker } from 'node:worker_threads'
import {
  addGuest,
  monotonicNowMs,
  readProgress,
  removeGuest,
  thisMachine,
  up,
  virsh,
  waitForProgress,
  writeSpeed,
} from '@landfall/lab'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, { seconds: { type: 'string', default: '8' }, out: { type: 'string' } })
const seconds = Number(values.seconds)
const labName = 'throttle'
const guest = 'busy'
const percents = [20, 50, 80, 90, 95, 99]

interface Row {
  readonly machine: 'idle' | 'busy'
  readonly nominalPercent: number
  /** The vCPU thread's CPU time ÷ wall time; 1 is a whole core. */
  readonly cpuShare: number
  /** Pages written ÷ those of the same guest unthrottled, just before. */
  readonly workShare: number
  /** The vCPU's CPU share unthrottled, while it was copied. */
  readonly unthrottledCpuShare: number
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Seconds of CPU that the guest's vCPU threads have used. */
function vcpuSeconds(): number {
  const qemu = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(`guest=${guest},`))
  if (qemu === undefined) throw new Error(`no QEMU runs ${guest}`)
  let ticks = 0
  for (const thread of readdirSync(`/proc/${qemu}/task`)) {
    const stat = readFileSync(`/proc/${qemu}/task/${thread}/stat`, 'utf8')
    if (!/\(CPU \d+\//.test(stat)) continue
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks / 100
}

function commandLine(pid: string): string {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return line.includes('qemu-system') && !line.includes('-incoming') ? line : ''
  } catch {
    return ''
  }
}

async function measureFor(ms: number): Promise<{ cpuShare: number; pagesPerSecond: number }> {
  const [cpu, from] = [vcpuSeconds(), monotonicNowMs()]
  await rest(ms)
  const [cpuAfter, to] = [vcpuSeconds(), monotonicNowMs()]
  const pagesPerSecond = writeSpeed(await readProgress(labName, guest), from, to)
  return { cpuShare: (cpuAfter - cpu) / ((to - from) / 1000), pagesPerSecond }
}

const monitor = (command: object): Promise<unknown> =>
  virsh(labName, 'host1', ['qemu-monitor-command', guest, JSON.stringify(command)])

async function throttleNow(): Promise<number> {
  const info = await virsh(labName, 'host1', ['domjobinfo', guest, '--anystats'])
  return Number(/Auto converge throttle:\s*(\d+)/.exec(info)?.[1] ?? 0)
}

async function measure(machine: Row['machine'], percent: number): Promise<Row> {
  const flags = ['--live', '--p2p', '--auto-converge', '--auto-converge-initial', String(percent)]
  const running = virsh(labName, 'host1', ['migrate', ...flags, guest, 'qemu+tcp://host2/system']).catch(() => null)
  // It goes on to no more than this, at every sync that qualifies, and never ends.
  await rest(1500)
  const unthrottled = await measureFor(1500)
  const bounds = { 'max-cpu-throttle': percent, 'throttle-trigger-threshold': 1, 'downtime-limit': 1 }
  await monitor({ execute: 'migrate-set-parameters', arguments: bounds })
  const deadline = monotonicNowMs() + 60_000
  while ((await throttleNow()) < percent) {
    if (monotonicNowMs() > deadline) throw new Error(`the throttle never came to ${percent} %`)
    await rest(200)
  }
  const throttled = await measureFor(seconds * 1000)
  if ((await throttleNow()) !== percent) throw new Error(`the throttle did not stay at ${percent} %`)
  await virsh(labName, 'host1', ['domjobabort', guest])
  await running
  const usual = { 'max-cpu-throttle': 99, 'throttle-trigger-threshold': 50, 'downtime-limit': 300 }
  await monitor({ execute: 'migrate-set-parameters', arguments: usual })
  await rest(1000)
  return {
    machine,
    nominalPercent: percent,
    cpuShare: throttled.cpuShare,
    workShare: throttled.pagesPerSecond / unthrottled.pagesPerSecond,
    unthrottledCpuShare: unthrottled.cpuShare,
  }
}

const startedAt = new Date().toISOString()
const loadBefore = loadavg()
await using lab = await up({ name: labName, link: '300Mbit' })
console.log(`laboratory ${lab.name} is up`)
await addGuest(labName, { name: guest, guest: 'linux', memory: '256MiB', writeSet: '96MiB', fill: false })
await waitForProgress(labName, guest)
const rows: Row[] = []
for (const machine of ['idle', 'busy'] as const) {
  // Two loops for two cores: the vCPU, QEMU's timer and its migration thread then wait for their turn.
  const loops = machine === 'busy' ? cpus().map(() => new Worker('for (;;) {}', { eval: true })) : []
  for (const percent of percents) {
    const row = await measure(machine, percent)
    rows.push(row)
    console.log(
      `${machine}: nominal ${percent} %: vCPU ${(row.cpuShare * 100).toFixed(1)} % of a core (${(row.unthrottledCpuShare * 100).toFixed(0)} % unthrottled), work ${(row.workShare * 100).toFixed(1)} % of unthrottled`,
    )
  }
  await Promise.all(loops.map((loop) => loop.terminate()))
}
await removeGuest(labName, guest)
const machine = { ...thisMachine(lab.state, 'linux'), loadBefore, node: process.version }
if (values.out !== undefined)
  writeFileSync(values.out, `${JSON.stringify({ startedAt, seconds, machine, rows }, null, 2)}\n`)
