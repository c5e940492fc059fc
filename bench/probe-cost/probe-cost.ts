// What a guest feels of being measured for a plan: its throughput and how long its requests take, while it is probed and before and after.
//   node bench/probe-cost/probe-cost.ts [--probes 10] [--only NAME] [--gives-way]
//   node bench/probe-cost/probe-cost.ts --sum            the table of all results

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { GuestRequest } from '@landfall/lab'
import {
  addGuest,
  checkGuest,
  down,
  isUnharmed,
  leftovers,
  monotonicNowMs,
  readProgressRecord,
  thisMachine,
  up,
  waitForProgress,
} from '@landfall/lab'
import { Landfall, openStore } from '@landfall/server'
import { optionsOf } from '../src/arguments.ts'
import { laboratoryHosts } from '../src/laboratory-hosts.ts'
import type { Felt, Probe } from './felt.ts'
import { felt } from './felt.ts'
import { table } from './table.ts'

export interface Result {
  readonly guest: string
  readonly accelerator: string
  readonly at: string
  readonly machine: object
  /** Whether this program, which makes the plans, has only the cores that nobody else wants. */
  readonly givesWay?: boolean
  readonly probes: readonly Probe[]
  readonly isUnharmed: boolean
}

/** Each as fast as it goes, alone on the machine. */
const guests: readonly GuestRequest[] = [
  {
    guest: 'linux',
    name: 'redis',
    memory: '288MiB',
    program: 'redis',
    database: '40MiB',
    valueSize: '300',
    readPercent: 100,
  },
  { guest: 'rom', name: 'mixed', memory: '288MiB', writeSet: '96MiB', writeRate: 'max', rewrite: 'mixed' },
]
/** Nothing that the default intent does not have. */
const wanted = { settings: {}, cold: false, novaConfig: [], namedAs: 'setting' } as const
const results = new URL('results/', import.meta.url)
const values = optionsOf(import.meta.filename, {
  probes: { type: 'string', default: '10' },
  only: { type: 'string' },
  'gives-way': { type: 'boolean', default: false },
  lab: { type: 'string', default: 'probe-cost' },
  sum: { type: 'boolean', default: false },
})
const probeCount = Number(values.probes)
if (!Number.isInteger(probeCount) || probeCount < 1) {
  console.error('--probes takes a whole number of at least 1')
  process.exit(2)
}
if (values.sum) {
  const all = readdirSync(results).map((name) => JSON.parse(readFileSync(new URL(name, results), 'utf8')) as Result)
  console.log(table(all))
} else {
  mkdirSync(results, { recursive: true })
  const measured: Result[] = []
  for (const guest of guests) {
    if (values.only !== undefined && values.only !== guest.name) continue
    measured.push(await measure(values.lab, guest))
  }
  console.log(table(measured))
  const left = leftovers(values.lab)
  if (left.length > 0) console.error(`left behind: ${left.length}`)
  process.exitCode = measured.every((each) => each.isUnharmed) && left.length === 0 ? 0 : 1
}

async function measure(labName: string, guest: GuestRequest): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-probe-cost-'))
  const began = new Date()
  const probes: Probe[] = []
  await down(labName)
  try {
    await using lab = await up({ name: labName, link: '300Mbit' })
    const { accelerator } = await addGuest(labName, guest)
    await waitForProgress(labName, guest.name, { deadlineMs: 180_000 })
    const hosts = await laboratoryHosts(lab.hostsFile)
    await using store = openStore(join(folder, 'landfall.db'))
    await using landfall = new Landfall({ hosts, store })
    // As if it ran on another machine: what the host itself does of a probe is left.
    if (values['gives-way']) spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)])
    const sinceMs = monotonicNowMs()
    // The first finds out what is not asked again, and how long they take.
    let tookMs = (await probeOnce(landfall, guest.name)).tookMs
    await delay(tookMs)
    for (let number = 0; number < probeCount; number++) {
      const { fromMs, toMs } = await probeOnce(landfall, guest.name)
      tookMs = toMs - fromMs
      await delay(tookMs + 200)
      const record = await readProgressRecord(labName, guest.name)
      const window = (from: number): Felt => felt(record, from, from + tookMs)
      const probe = { tookMs, before: window(fromMs - tookMs), during: window(fromMs), after: window(toMs) }
      probes.push(probe)
      console.error(`${guest.name} ${number + 1}/${probeCount}: ${JSON.stringify(probe)}`)
    }
    const isUnharmedNow = isUnharmed(await checkGuest(labName, guest.name, sinceMs))
    const machine = { ...thisMachine(lab.state, accelerator === 'kvm' ? 'rom' : 'linux'), loadNow: loadavg() }
    const result = {
      guest: guest.name,
      accelerator,
      at: began.toISOString(),
      machine,
      givesWay: values['gives-way'],
      probes,
      isUnharmed: isUnharmedNow,
    }
    const name = `${began.toISOString().slice(0, 16).replace(':', '')}-${guest.name}.json`
    writeFileSync(new URL(name, results), `${JSON.stringify(result, null, 1)}\n`)
    return result
  } finally {
    await down(labName)
    rmSync(folder, { recursive: true })
  }
}

/** A plan as `landfall plan` makes it, which starts nothing; in moments of the clock of the guest's record. */
async function probeOnce(landfall: Landfall, guest: string): Promise<{ fromMs: number; toMs: number; tookMs: number }> {
  const fromMs = monotonicNowMs()
  await landfall.plan({ guest, to: 'host2', wanted }, () => undefined)
  const toMs = monotonicNowMs()
  return { fromMs, toMs, tookMs: toMs - fromMs }
}
