import type { MigrationReport } from '@landfall/api'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  checkGuest,
  longestGap,
  longestStall,
  monotonicNowMs,
  openLab,
  pagesWritten,
  readProgress,
  virsh,
  waitForProgress,
  writeSpeed,
} from '@landfall/lab'
import type { GuestVerdict } from '@landfall/lab'
import type { Contender } from './contender.ts'
import { settledMs } from './settled.ts'

/** One run. Times by the host's clock; stalls and lost work from the guest's own counters. */
export interface Run {
  readonly contender: string
  readonly finished: boolean
  readonly totalTimeMs: number
  readonly bytesSent: number | null
  /** By QEMU's account, where it gives one. */
  readonly downtimeMs: number | null
  readonly longestStallMs: number
  /** The same by the guest's own clock, where it has one that goes on; sees stalls of less than 40 ms, too. */
  readonly longestGapMs: number | null
  /** From the request to the end: what lost work is taken from, once the guest's usual speed is known. */
  readonly watchedSeconds: number
  readonly pagesWritten: number
  /** Over the seconds right before; the guest's usual speed is the median of all runs', since the machine's load moves it. */
  readonly baselinePagesPerSecond: number
  readonly predicted: MigrationReport['predicted']
  readonly guest: GuestVerdict
}

const landfallCommand = fileURLToPath(new URL('../../packages/cli/bin/landfall.mjs', import.meta.url))
/** The guest's usual speed is taken over this long, right before; page sampling slows nobody measurably. */
const baselineMs = 5000

export async function measure(lab: string, guest: string, route: Route, contender: Contender): Promise<Run> {
  await waitForProgress(lab, guest)
  await rest(settledMs)
  const baselineTo = monotonicNowMs()
  const baseline = writeSpeed(await readProgress(lab, guest), baselineTo - baselineMs, baselineTo)
  const began = monotonicNowMs()
  const { finished, startedAtMs, report } = await migrate(lab, guest, route, contender)
  const endedAtMs = monotonicNowMs()
  await waitForProgress(lab, guest)
  const completed = finished ? await completedJob(lab, guest, route.to) : null
  const samples = await readProgress(lab, guest)
  return {
    contender: contender.name,
    finished,
    totalTimeMs: report?.totalTimeMs ?? endedAtMs - startedAtMs,
    // The destination's record of a post-copy has neither figure; Landfall's report does, virsh's way leaves a gap.
    bytesSent: completed?.bytesSent ?? report?.bytesSent ?? null,
    downtimeMs: completed?.downtimeMs ?? report?.downtimeMs ?? null,
    longestStallMs: longestStall(samples, startedAtMs, endedAtMs),
    longestGapMs: longestGap(samples, startedAtMs, endedAtMs),
    watchedSeconds: (endedAtMs - startedAtMs) / 1000,
    pagesWritten: Math.round(pagesWritten(samples, startedAtMs, endedAtMs)),
    baselinePagesPerSecond: Math.round(baseline),
    predicted: report?.predicted ?? null,
    guest: await checkGuest(lab, guest, began),
  }
}

export interface Route {
  readonly from: string
  readonly to: string
}

interface Migrated {
  readonly finished: boolean
  readonly startedAtMs: number
  readonly report: MigrationReport | null
}

async function migrate(
  lab: string,
  guest: string,
  route: Route,
  { command, stopAfterMs }: Contender,
): Promise<Migrated> {
  if (command.kind === 'landfall') return runLandfall(lab, guest, route, command.options)
  const startedAtMs = monotonicNowMs()
  const options = ['--live', '--p2p', '--persistent', '--undefinesource', ...command.options]
  const running = virsh(lab, route.from, ['migrate', ...options, guest, `qemu+tcp://${route.to}/system`]).then(
    () => true,
    (error: unknown) => {
      // An abort is how a run that never ends was ended; anything else is a fault of the bench.
      if (stopAfterMs === null) throw error
      return false
    },
  )
  if (stopAfterMs !== null) {
    const over = await Promise.race([running, rest(stopAfterMs).then(() => null)])
    if (over === null) await virsh(lab, route.from, ['domjobabort', guest])
  }
  return { finished: await running, startedAtMs, report: null }
}

async function runLandfall(lab: string, guest: string, route: Route, options: readonly string[]): Promise<Migrated> {
  const { hostsFile } = openLab(lab)
  const given = ['migrate', guest, '--to', route.to, '--config', hostsFile, '--json', ...options]
  const child = spawn(process.execPath, [landfallCommand, ...given], { stdio: ['ignore', 'pipe', 'ignore'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(child, 'close')
  // What the command prints with --json is a report.
  const report = JSON.parse(printed) as MigrationReport
  const sinceStartMs = Date.now() - Date.parse(report.startedAt)
  return { finished: report.outcome === 'completed', startedAtMs: monotonicNowMs() - sinceStartMs, report }
}

/** libvirt's record of the job on the destination, the same source for every contender. */
async function completedJob(
  lab: string,
  guest: string,
  host: string,
): Promise<{ bytesSent: number | null; downtimeMs: number | null }> {
  const text = await virsh(lab, host, ['domjobinfo', '--completed', '--keep-completed', '--rawstats', guest])
  const figure = (name: string): number | null => {
    const found = new RegExp(`^\\s*${name}:\\s*(\\d+)`, 'm').exec(text)
    return found === null ? null : Number(found[1])
  }
  return { bytesSent: figure('memory_processed'), downtimeMs: figure('downtime') }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
