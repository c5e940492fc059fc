// One stream, two of them, and two with zstd: the same guest moved to and fro by each, over a slow link and a fast one, with
// memory that compresses and with memory that does not.
//   node bench/stream/stream.ts [--rounds 3] [--only TEXT] [--out FILE]

import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import {
  addGuest,
  checkGuest,
  down,
  longestStall,
  lostWork,
  monotonicNowMs,
  readProgress,
  removeGuest,
  setLink,
  thisMachine,
  up,
  virsh,
  waitForProgress,
  waitForSweep,
  writeSpeed,
} from '@landfall/lab'
import type { GuestRequest, GuestVerdict } from '@landfall/lab'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  rounds: { type: 'string', default: '3' },
  only: { type: 'string' },
  out: { type: 'string' },
})
const rounds = Number(values.rounds)
const labName = 'streams'
const parallel = ['--parallel', '--parallel-connections', '2']
const contenders = {
  plain: [],
  'parallel 2': parallel,
  'parallel 2, zstd': [...parallel, '--compressed', '--comp-methods', 'zstd'],
} as const
type Contender = keyof typeof contenders

interface Workload {
  readonly name: string
  readonly links: readonly string[]
  readonly guest: Omit<GuestRequest, 'name'>
}
const quiet = { memory: '256MiB', writeSet: '64MiB', writeRate: '8MiB' } as const
const workloads: readonly Workload[] = [
  { name: 'random', links: ['300Mbit', 'none'], guest: { ...quiet, content: 'random' } },
  { name: 'text', links: ['300Mbit', 'none'], guest: { ...quiet, content: 'text' } },
  // Faster than the plain stream, slower than what zstd makes of it.
  {
    name: 'busy text',
    links: ['300Mbit'],
    guest: { ...quiet, writeSet: '96MiB', writeRate: '60MiB', content: 'text' },
  },
]
/** Longer than any run that ends: a pass of the busy guest takes 3 s. */
const longestMs = 25_000

/** One look at the job's statistics, bytes; names as libvirt has them. */
interface Look {
  readonly atMs: number
  readonly iteration: number
  readonly processed: number
  readonly normalBytes: number
  readonly constantPages: number
  readonly remaining: number
  readonly bps: number
}

interface Row {
  readonly workload: string
  readonly link: string
  readonly contender: Contender
  readonly finished: boolean
  readonly totalTimeMs: number
  /** On the wire. */
  readonly bytesSent: number
  /** Of pages that are not zero. */
  readonly pageBytes: number
  readonly passes: number
  readonly downtimeMs: number | null
  readonly longestStallMs: number
  readonly lostWorkSeconds: number
  /** CPU seconds of QEMU's own migration threads on the source, compression included. */
  readonly sendCpuSeconds: number
  readonly guest: GuestVerdict
  /** Of the machine, over the minute before its end: others worked on it too. */
  readonly load: number
  readonly looks: readonly Look[]
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** CPU seconds of the threads that send (mig/src/…) of the one QEMU of this guest that is not waiting for one. */
function sendSeconds(guest: string): number {
  const qemu = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && sends(pid, guest))
  if (qemu === undefined) return 0
  let ticks = 0
  for (const thread of readdirSync(`/proc/${qemu}/task`)) {
    const stat = text(`/proc/${qemu}/task/${thread}/stat`)
    if (!/\((mig\/src|multifd|live_migration|migration)/.test(stat)) continue
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks / 100
}

function sends(pid: string, guest: string): boolean {
  const line = text(`/proc/${pid}/cmdline`)
  if (!line.includes('qemu-system') || !line.includes(`guest=${guest},`)) return false
  return readdirSync(`/proc/${pid}/task`).some((thread) =>
    text(`/proc/${pid}/task/${thread}/comm`).startsWith('mig/src'),
  )
}

/** Empty where the process has ended meanwhile. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const figureIn = (stats: string, name: string): number =>
  Number(new RegExp(`^\\s*${name}:\\s*(\\d+)`, 'm').exec(stats)?.[1] ?? 0)

async function look(host: string, guest: string, startedAt: number): Promise<Look | null> {
  const stats = await virsh(labName, host, ['domjobinfo', guest, '--rawstats']).catch(() => '')
  if (!stats.includes('memory_total')) return null
  const figure = (name: string): number => figureIn(stats, name)
  return {
    atMs: Math.round(monotonicNowMs() - startedAt),
    iteration: figure('memory_iteration'),
    processed: figure('memory_processed'),
    normalBytes: figure('memory_normal_bytes'),
    constantPages: figure('memory_constant'),
    remaining: figure('memory_remaining'),
    bps: figure('memory_bps'),
  }
}

async function measure(workload: Workload, link: string, contender: Contender, from: string): Promise<Row> {
  const guest = 'moved'
  const to = from === 'host1' ? 'host2' : 'host1'
  await rest(4000)
  const startedAt = monotonicNowMs()
  const usual = writeSpeed(await readProgress(labName, guest), startedAt - 3500, startedAt)
  const options = ['--live', '--p2p', '--persistent', '--undefinesource', ...contenders[contender]]
  const over = new AbortController()
  const running = virsh(labName, from, ['migrate', ...options, guest, `qemu+tcp://${to}/system`])
    .then(() => true)
    .catch((error: unknown) => {
      if (monotonicNowMs() - startedAt < longestMs) throw error
      return false
    })
    .finally(() => {
      over.abort()
    })
  const looks: Look[] = []
  let sendCpuSeconds = 0
  while (!over.signal.aborted) {
    const [seen] = await Promise.all([look(from, guest, startedAt), rest(150)])
    sendCpuSeconds = Math.max(sendCpuSeconds, sendSeconds(guest))
    if (seen !== null) looks.push(seen)
    if (monotonicNowMs() - startedAt > longestMs) {
      await virsh(labName, from, ['domjobabort', guest]).catch(() => '')
      break
    }
  }
  const finished = await running
  const endedAt = monotonicNowMs()
  await waitForProgress(labName, guest)
  const completed = finished
    ? await virsh(labName, to, ['domjobinfo', '--completed', '--keep-completed', '--rawstats', guest])
    : ''
  const last = looks.at(-1)
  const samples = await readProgress(labName, guest)
  return {
    workload: workload.name,
    link,
    contender,
    finished,
    totalTimeMs: Math.round(endedAt - startedAt),
    bytesSent: finished ? figureIn(completed, 'memory_processed') : (last?.processed ?? 0),
    pageBytes: finished ? figureIn(completed, 'memory_normal_bytes') : (last?.normalBytes ?? 0),
    passes: finished ? figureIn(completed, 'memory_iteration') : (last?.iteration ?? 0),
    downtimeMs: finished ? figureIn(completed, 'downtime') : null,
    longestStallMs: Math.round(longestStall(samples, startedAt, endedAt)),
    lostWorkSeconds: Math.round(lostWork(samples, startedAt, endedAt, usual) * 1000) / 1000,
    sendCpuSeconds,
    guest: await checkGuest(labName, guest, startedAt),
    load: loadavg()[0] ?? 0,
    looks,
  }
}

const startedAt = new Date().toISOString()
const loadBefore = loadavg()
await down(labName)
await using lab = await up({ name: labName, link: '300Mbit' })
const rows: Row[] = []
for (const workload of workloads) {
  if (values.only !== undefined && workload.name !== values.only) continue
  await addGuest(labName, { name: 'moved', guest: 'linux', ...workload.guest })
  await waitForProgress(labName, 'moved')
  let from = 'host1'
  for (const link of workload.links) {
    await setLink(labName, link)
    for (let round = 0; round < rounds; round++) {
      const names = Object.keys(contenders) as Contender[]
      for (const contender of round % 2 === 0 ? names : names.toReversed()) {
        const row = await measure(workload, link, contender, from)
        if (row.finished) from = from === 'host1' ? 'host2' : 'host1'
        rows.push(row)
        const { looks: _, guest, ...told } = row
        console.log(JSON.stringify({ ...told, wrongPages: guest.wrongPages }))
      }
    }
  }
  // Every page that is never rewritten, after all those moves.
  const swept = await waitForSweep(labName, 'moved')
  console.log(`${workload.name}: swept after the moves, ${swept.pagesWrong} pages wrong`)
  if (swept.pagesWrong > 0) throw new Error(`${workload.name}: memory was damaged`)
  await removeGuest(labName, 'moved')
}
const machine = {
  ...thisMachine(lab.state, 'linux'),
  loadBefore,
  node: process.version,
  release: lab.state.release,
}
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ startedAt, rounds, machine, rows })}\n`)
