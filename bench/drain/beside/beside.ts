// A host with 12 guests is emptied by Landfall, and by the rules of others, in a laboratory of 4 hosts. Runs add up.
//
//   node bench/drain/beside/beside.ts --minutes 9        as many contenders as that time gives, in turn
//   node bench/drain/beside/beside.ts --only landfall --runs 3 --times 4   guests with four times the memory
//   node bench/drain/beside/beside.ts --sum              the table of all results

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  addGuest,
  down,
  monotonicNowMs,
  setLink,
  thisMachine,
  up,
  virsh,
  waitForProgress,
  waitForSweep,
} from '@landfall/lab'
import { Landfall, openStore } from '@landfall/server'
import type { Move } from './contenders.ts'
import { moveAll, peers } from './contenders.ts'
import { boundMsOf, checkRate, guestsOf, hostCount, link, source } from './guests.ts'
import type { Drained } from './landfall-side.ts'
import { drain, etaErrors } from './landfall-side.ts'
import type { Looked } from './look.ts'
import { baselineMs, look } from './look.ts'
import { foretold, markdown } from './table.ts'
import { optionsOf } from '../../src/arguments.ts'
import { laboratoryHosts } from '../../src/laboratory-hosts.ts'

export interface Run {
  readonly contender: string
  readonly beganAt: number
  readonly endedAt: number
  readonly load: number
  readonly moves: readonly Move[]
  readonly looked: readonly Looked[]
  readonly drained: Drained | null
}

export interface Result {
  readonly at: string
  readonly boundMs: number
  readonly runs: readonly Run[]
}

const results = new URL('../results/beside/', import.meta.url)
const values = optionsOf(import.meta.filename, {
  only: { type: 'string' },
  runs: { type: 'string', default: '100' },
  minutes: { type: 'string', default: '9' },
  times: { type: 'string', default: '1' },
  lab: { type: 'string', default: 'drain' },
  sum: { type: 'boolean', default: false },
})
if (values.sum) {
  const all = readdirSync(results)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(new URL(name, results), 'utf8')) as Result)
  console.log(`${markdown(all)}\n\n${foretold(all)}`)
  process.exit()
}
const { lab: labName, only } = values
const guests = guestsOf(Number(values.times))
const boundMs = boundMsOf(guests)
/** Twice what the slowest rule was seen to take. */
const mostMs = 5 * boundMs
const endsAt = performance.now() + Number(values.minutes) * 60_000
mkdirSync(results, { recursive: true })
const began = new Date()
const folder = mkdtempSync(join(tmpdir(), 'landfall-drain-bench-'))
await down(labName)
await using lab = await up({ name: labName, hosts: hostCount, link: link.text })
for (const guest of guests) await addGuest(labName, guest)
for (const { name } of guests) await waitForProgress(labName, name, { deadlineMs: 120_000 })
const hosts = await laboratoryHosts(lab.hostsFile)
await using store = openStore(join(folder, 'landfall.db'))
await using landfall = new Landfall({ hosts, store })
const runs: Run[] = []
let destinations = new Map(guests.map(({ name }, index) => [name, `host${2 + (index % (hostCount - 1))}`]))

const contenders = ['landfall', ...peers.map(({ name }) => name)].filter((name) => only === undefined || name === only)
for (let number = 0; number < Number(values.runs) && performance.now() < endsAt - 60_000; number++) {
  const run = await runOf(contenders[number % contenders.length] ?? 'landfall')
  runs.push(run)
  save()
  const moved = run.moves.filter((move) => move.moved).length
  console.error(`${run.contender}: ${moved} of ${run.moves.length} in ${(run.endedAt - run.beganAt) / 1000} s`)
  if (run.drained !== null) console.error(`  ${JSON.stringify(etaErrors(run.drained))}`)
  const harmed = run.looked.filter(({ unharmed }) => !unharmed)
  if (harmed.length > 0) {
    // Left as it is, to be looked at.
    console.error(JSON.stringify(harmed, null, 1))
    process.exit(1)
  }
  await bringBack()
}
rmSync(folder, { recursive: true })
console.log(`${markdown([{ at: '', boundMs, runs }])}\n\n${foretold([{ at: '', boundMs, runs }])}`)

function save(): void {
  const machine = { ...thisMachine(lab.state, 'rom'), loadNow: loadavg() }
  const result = { at: began.toISOString(), machine, link: link.text, guests, boundMs, runs }
  const name = `${began.toISOString().slice(0, 16).replace(':', '')}.json`
  writeFileSync(new URL(name, results), `${JSON.stringify(result, null, 1)}\n`)
}

async function runOf(contender: string): Promise<Run> {
  const load = loadavg()[0] ?? 0
  const sinceMs = monotonicNowMs()
  await delay(baselineMs)
  const peer = peers.find(({ name }) => name === contender)
  const beganAt = Date.now()
  const drained = peer === undefined ? await drain(landfall, linkBytes) : null
  const wanted = [...destinations].map(([guest, to]) => ({ guest, to }))
  const moves = drained?.moves ?? (await moveAll(labName, peer ?? never(), wanted, mostMs))
  if (drained !== null) destinations = new Map(drained.moves.map(({ guest, to }) => [guest, to]))
  const endedAt = Math.max(...moves.map((move) => move.endedAt))
  // Each guest reads all of its memory once more where it has arrived; they do so beside one another.
  const arrivedMs = monotonicNowMs()
  for (const { name, memory } of guests) {
    const deadlineMs = (3 * 1000 * Number(memory)) / checkRate + 60_000
    await waitForSweep(labName, name, { sinceMs: arrivedMs, deadlineMs })
  }
  const looked: Looked[] = []
  for (const guest of guests) {
    const move = moves.find((each) => each.guest === guest.name)
    looked.push(await look(labName, guest, sinceMs, move ?? { startedAt: beganAt, endedAt }))
  }
  return { contender, beganAt: drained?.beganAt ?? beganAt, endedAt, load, moves, looked, drained }
}

/** Of the source's link, as the kernel counts it. */
function linkBytes(): number {
  const holder = lab.state.hosts.find(({ name }) => name === source)?.holder
  const line = /eth0:(.*)/.exec(readFileSync(`/proc/${holder?.pid ?? 0}/net/dev`, 'utf8'))?.[1] ?? ''
  return Number(line.trim().split(/\s+/)[8])
}

function never(): never {
  throw new Error('it is one of the peers')
}

/** Over a link without a limit, so that whatever they write they are home in a moment. */
async function bringBack(): Promise<void> {
  await setLink(labName, 'none')
  const [last] = await store.drains.list()
  if (last !== undefined && last.releasedAt === null) await store.drains.release(last.id, Date.now())
  await Promise.all(
    lab.state.hosts
      .filter(({ name }) => name !== source)
      .map(async ({ name: host }) => {
        const names = (await virsh(labName, host, ['list', '--name'])).split('\n').filter((line) => line.trim() !== '')
        for (const guest of names) {
          const flags = ['--live', '--p2p', '--persistent', '--undefinesource']
          await virsh(labName, host, ['migrate', ...flags, guest.trim(), `qemu+tcp://${source}/system`])
        }
      }),
  )
  await setLink(labName, link.text)
}
