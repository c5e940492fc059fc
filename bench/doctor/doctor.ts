// What the doctor costs: 1 GiB of one busy hypervisor's log, and the configuration of 1,000 hypervisors.
//   node bench/doctor/doctor.ts [--mebibytes 1024] [--noise 24] [--hosts 1000] [--runs 3] [--out FILE] [--keep]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeFleet } from './fleet.ts'
import { makeLogs } from './hypervisor-logs.ts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  mebibytes: { type: 'string', default: '1024' },
  hosts: { type: 'string', default: '1000' },
  runs: { type: 'string', default: '3' },
  out: { type: 'string' },
  noise: { type: 'string', default: '24' },
  keep: { type: 'boolean', default: false },
})
const root = fileURLToPath(new URL('../..', import.meta.url))
const landfall = join(root, 'packages/cli/bin/landfall.mjs')
const hook = new URL('usage-hook.mjs', import.meta.url).href

interface Run {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly peakRssMiB: number
  readonly exitCode: number | null
  readonly loadAverage: number
}

/** Runs `landfall doctor` as a user would, with what it prints. */
async function doctor(args: readonly string[], folder: string): Promise<Run & { printed: string }> {
  const usage = join(folder, 'usage.json')
  const begun = performance.now()
  const load = loadavg()[0] ?? 0
  const child = spawn(process.execPath, [`--import=${hook}`, landfall, 'doctor', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LANDFALL_BENCH_USAGE: usage },
  })
  const pieces: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  await once(child, 'close')
  const wallSeconds = (performance.now() - begun) / 1000
  const { maxRssBytes, cpuMs } = JSON.parse(readFileSync(usage, 'utf8')) as { maxRssBytes: number; cpuMs: number }
  return {
    wallSeconds,
    cpuSeconds: cpuMs / 1000,
    peakRssMiB: maxRssBytes / 2 ** 20,
    exitCode: child.exitCode,
    loadAverage: load,
    printed: Buffer.concat(pieces).toString(),
  }
}

const best = (runs: readonly Run[]): string => {
  const [fastest] = runs.toSorted((a, b) => a.wallSeconds - b.wallSeconds)
  if (!fastest) return 'not run'
  const { wallSeconds, cpuSeconds, peakRssMiB, loadAverage } = fastest
  return `${wallSeconds.toFixed(1)} s (CPU ${cpuSeconds.toFixed(1)} s, load ${loadAverage.toFixed(1)}), at most ${peakRssMiB.toFixed(0)} MiB`
}

const folder = mkdtempSync(join(tmpdir(), 'landfall-bench-doctor-'))
try {
  const begun = performance.now()
  const logs = makeLogs(join(folder, 'nova1'), Number(values.mebibytes), Number(values.noise))
  makeFleet(join(folder, 'fleet'), Number(values.hosts))
  console.log(
    `made ${(logs.bytes / 2 ** 20).toFixed(0)} MiB of log in ${((performance.now() - begun) / 1000).toFixed(0)} s`,
  )

  const logRuns: Run[] = []
  const fleetRuns: Run[] = []
  let migrationsFound = 0
  for (let n = 0; n < Number(values.runs); n++) {
    const { printed, ...run } = await doctor(['--json', '--host', `nova1=${join(folder, 'nova1')}`], folder)
    const report = JSON.parse(printed) as { migrations: readonly unknown[] }
    migrationsFound = report.migrations.length
    logRuns.push(run)
    const { printed: _, ...fleetRun } = await doctor(['--json', join(folder, 'fleet')], folder)
    fleetRuns.push(fleetRun)
  }
  console.log(`log: ${best(logRuns)}; ${migrationsFound} of ${logs.migrations} migrations`)
  console.log(`fleet: ${best(fleetRuns)}`)
  const result = {
    node: process.version,
    processor: cpus()[0]?.model ?? '',
    processors: cpus().length,
    log: { ...logs, migrationsFound, runs: logRuns },
    fleet: { hosts: Number(values.hosts), runs: fleetRuns },
  }
  if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`)
} finally {
  if (values.keep) console.log(folder)
  else rmSync(folder, { recursive: true, force: true })
}
