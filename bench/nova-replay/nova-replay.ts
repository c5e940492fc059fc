// The never-ending migration of a real Nova's recordings, replayed with the same guest over the same link.
//
//   npm run bench:nova-replay                     every case, once
//   npm run bench:nova-replay -- --only "Landfall, no nova.conf" --rounds 3
//   npm run bench:nova-replay -- --out FILE

import type { MigrationReport } from '@landfall/api'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  addGuest,
  checkGuest,
  down,
  monotonicNowMs,
  openLab,
  status,
  thisMachine,
  up,
  virsh,
  waitForProgress,
} from '@landfall/lab'
import type { GuestVerdict } from '@landfall/lab'
import type { Case } from './cases.ts'
import { cases } from './cases.ts'
import { optionsOf } from '../src/arguments.ts'

interface Run {
  readonly case: string
  readonly options: readonly string[]
  readonly conf: string | null
  readonly recorded: Case['recorded']
  /** `refused` has no report of a migration. */
  readonly outcome: MigrationReport['outcome']
  readonly reason: MigrationReport['reason']
  /** From the request to the end, after the plan; what Nova's API reports, without its checks. */
  readonly totalSeconds: number | null
  readonly passes: number | null
  readonly downtimeMs: number | null
  readonly longestStallMs: number | null
  readonly lostWorkSeconds: number | null
  readonly maxThrottlePercent: number
  readonly decisions: MigrationReport['decisions']
  /** The machine's load over a minute, before and after: other work makes everything slower. */
  readonly load: readonly [number, number]
  readonly guest: GuestVerdict
}

const values = optionsOf(import.meta.filename, {
  rounds: { type: 'string', default: '1' },
  only: { type: 'string', multiple: true },
  out: { type: 'string' },
})
const chosen = cases.filter(({ name }) => values.only === undefined || values.only.includes(name))
const rounds = Number(values.rounds)
if (chosen.length === 0 || !(rounds >= 1)) {
  console.error(`nothing to run; the cases are: ${cases.map(({ name }) => `"${name}"`).join(', ')}`)
  process.exit(2)
}

const labName = 'nova-replay'
const guestName = 'web1'
const command = fileURLToPath(new URL('../../packages/cli/bin/landfall.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'landfall-nova-replay-'))
const load = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100

async function landfall(words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [command, ...words, '--config', openLab(labName).hostsFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LANDFALL_STATE: folder },
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(child, 'close')
  return printed
}

/** Aborts it from outside so long after it was asked for, as the recording's operator did; what is over by then is over. */
async function abortAfter(seconds: number, from: string, over: AbortSignal): Promise<void> {
  const isMigrating = async (): Promise<boolean> =>
    (await virsh(labName, from, ['domjobinfo', guestName])).includes('Unb')
  while (!over.aborted && !(await isMigrating())) await rest(200)
  const until = monotonicNowMs() + seconds * 1000
  while (!over.aborted && monotonicNowMs() < until) await rest(200)
  if (!over.aborted) await landfall(['abort', guestName, '--json'])
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function whereIsIt(): Promise<string> {
  const guest = (await status(labName)).guests.find(({ name }) => name === guestName)
  const [host, ...others] = guest?.activeOn ?? []
  if (host === undefined || others.length > 0) throw new Error(`${guestName} does not run on one host`)
  return host
}

/** A copied disk's old file stays where it was, and is in the way of the way back. */
async function forgetCopy(host: string): Promise<void> {
  await virsh(labName, host, ['pool-refresh', 'landfall-local'])
  await virsh(labName, host, ['vol-delete', '--pool', 'landfall-local', `${guestName}.raw`])
}

async function replay({ name, conf, options, abortAfterSeconds, recorded }: Case): Promise<Run> {
  await waitForProgress(labName, guestName, { deadlineMs: 120_000 })
  const from = await whereIsIt()
  const to = from === 'host1' ? 'host2' : 'host1'
  const path = join(folder, 'nova.conf')
  if (conf !== null) writeFileSync(path, `[libvirt]\n${conf}\n`)
  const given = [...options, ...(conf === null ? [] : ['--config-file', path])]
  const loadBefore = load()
  const began = monotonicNowMs()
  const over = new AbortController()
  const aborting = abortAfterSeconds === null ? null : abortAfter(abortAfterSeconds, from, over.signal)
  // What the command prints with --json is a report.
  const report = JSON.parse(await landfall(['migrate', guestName, '--to', to, '--json', ...given])) as MigrationReport
  if (!('outcome' in report)) throw new Error(`no report: ${JSON.stringify(report)}`)
  if (report.outcome === 'completed') await forgetCopy(from)
  over.abort()
  await aborting
  await waitForProgress(labName, guestName)
  return {
    case: name,
    options,
    conf,
    recorded,
    outcome: report.outcome,
    reason: report.reason,
    totalSeconds: report.totalTimeMs === null ? null : report.totalTimeMs / 1000,
    passes: report.passes,
    downtimeMs: report.downtimeMs,
    longestStallMs: report.longestStallMs,
    lostWorkSeconds: report.lostWorkSeconds,
    maxThrottlePercent: report.maxThrottlePercent,
    decisions: report.decisions,
    load: [loadBefore, load()],
    guest: await checkGuest(labName, guestName, began),
  }
}

const runs: Run[] = []
await down(labName)
await using lab = await up({ name: labName, link: '800Mbit', progress: (line) => console.error(line) })
await addGuest(labName, {
  name: guestName,
  guest: 'linux',
  memory: '1GiB',
  writeSet: '600MiB',
  writeRate: 'max',
  localDisk: '46MiB',
})
for (let round = 0; round < rounds; round++) {
  for (const each of chosen) {
    const run = await replay(each)
    runs.push(run)
    console.error(JSON.stringify(run))
  }
}
const result = {
  at: new Date().toISOString(),
  machine: thisMachine(lab.state, 'linux'),
  hosts: {
    release: lab.state.release,
    versions: (await virsh(labName, await whereIsIt(), ['version'])).trim().split('\n'),
  },
  guest: { memory: '1GiB', writeSet: '600MiB', writeRate: 'max', vcpus: 1, localDisk: '46MiB', link: '800Mbit/s' },
  runs,
}
const file = values.out ?? fileURLToPath(new URL(`results/${result.at.slice(0, 10)}.json`, import.meta.url))
writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`)
rmSync(folder, { recursive: true })
console.log(table(runs))

function table(all: readonly Run[]): string {
  const rows = all.map((run) => {
    const { recorded } = run
    const nova =
      recorded === null
        ? '-'
        : `${recorded.outcome}, ${recorded.apiSeconds ?? recorded.copyingSeconds} s, ${recorded.passes} passes`
    const cells = [
      run.case,
      run.outcome,
      run.totalSeconds === null ? '-' : `${run.totalSeconds.toFixed(1)} s`,
      run.passes === null ? '-' : String(run.passes),
      run.downtimeMs === null ? '-' : `${run.downtimeMs} ms`,
      run.lostWorkSeconds === null ? '-' : `${run.lostWorkSeconds.toFixed(1)} s`,
      nova,
    ]
    return `| ${cells.join(' | ')} |`
  })
  const head = ['what', 'outcome', 'total time', 'passes', 'downtime', 'lost work', "Nova's recorded run"]
  return [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...rows].join('\n')
}
