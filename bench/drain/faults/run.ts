// Drains by a real server, one after the other, each with a fault at a random moment of it, and what became of every guest. Runs add up.
//
//   node bench/drain/faults/run.ts --rounds 50 --minutes 30
//   node bench/drain/faults/run.ts --fault 'link cut' --rounds 1
//   node bench/drain/faults/run.ts --sum

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Drain, DrainRequest } from '@landfall/api'
import { HttpClient } from '@landfall/api'
import { addGuest, down, openLab, setLink, thisMachine, up, virsh, waitForProgress } from '@landfall/lab'
import type { ProgressSample } from '@landfall/lab'
import { openStore } from '@landfall/server'
import { usualRequest } from '@landfall/server/parts'
import { Hosts } from '../../kills/places.ts'
import { Server, tokenIn } from '../../kills/servers.ts'
import type { Struck } from './faults.ts'
import { faults } from './faults.ts'
import { bystander, guests, hostCount, link, source } from './guests.ts'
import { problemsOf } from './verdict.ts'
import { optionsOf } from '../../src/arguments.ts'

interface Round {
  readonly number: number
  readonly at: string
  readonly fault: string
  readonly struck: Struck
  readonly afterMs: number
  readonly tookMs: number
  readonly outcome: string
  readonly stages: Readonly<Record<string, string>>
  readonly attempts: number
  readonly problems: readonly string[]
  readonly drain: Drain
  readonly load: number
}

interface Results {
  readonly rounds: readonly Round[]
}

const values = optionsOf(import.meta.filename, {
  rounds: { type: 'string', default: '50' },
  minutes: { type: 'string', default: '600' },
  fault: { type: 'string' },
  lab: { type: 'string', default: 'drainfaults' },
  sum: { type: 'boolean', default: false },
  results: { type: 'string', default: fileURLToPath(new URL('../results/faults/', import.meta.url)) },
})
const results = pathToFileURL(`${values.results}/`)
if (values.sum) {
  const files = readdirSync(results).filter((name) => name.endsWith('.json'))
  print(files.flatMap((name) => (JSON.parse(readFileSync(new URL(name, results), 'utf8')) as Results).rounds))
  process.exit()
}
const { lab: labName, fault: onlyFault } = values
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
const endsAt = performance.now() + Number(values.minutes) * 60_000

mkdirSync(results, { recursive: true })
const began = new Date()
const folder = mkdtempSync(join(tmpdir(), 'landfall-drain-faults-'))
await down(labName)
const lab = await up({ name: labName, hosts: hostCount, link })
const all = [...guests, bystander]
for (const guest of all) await addGuest(labName, guest)
const storePlace = join(folder, 'landfall.db')
const store = openStore(storePlace)
const token = await tokenIn(store)
const server = await Server.at({
  name: 'server',
  hosts: readFileSync(lab.hostsFile, 'utf8'),
  folder,
  store: storePlace,
})
// Whatever ends this, no server stays behind.
const killServer = (): void => server.signal('SIGKILL')
process.once('exit', killServer)
await server.start()
const client = new HttpClient({ url: server.url, token })
const hosts = new Hosts(labName)
const rounds: Round[] = []
const names = Object.keys(faults)

let isSound = true
while (isSound && !stopping.signal.aborted && rounds.length < Number(values.rounds) && performance.now() < endsAt) {
  const fault = onlyFault ?? names[rounds.length % names.length] ?? ''
  const round = await roundOf(rounds.length + 1, fault)
  rounds.push(round)
  save()
  console.error(
    `${round.number} ${fault} (${round.struck.what}) after ${round.afterMs} ms: ${round.outcome} in ${round.tookMs} ms, ` +
      JSON.stringify(round.stages),
  )
  isSound = round.problems.length === 0
  if (isSound) await bringBack(round)
  else
    console.error(`  ${round.problems.join('\n  ')}\nleft as it is to be looked at: laboratory ${labName}, ${folder}`)
}
print(rounds)
await hosts[Symbol.asyncDispose]()
await store[Symbol.asyncDispose]()
await server.stop()
process.off('exit', killServer)
if (!isSound) process.exit(1)
await down(labName)
rmSync(folder, { recursive: true })

function request(): DrainRequest {
  const usual = usualRequest(source, 'drain')
  // Whoever kills a destination in post-copy kills the guest, whatever anybody does.
  return { ...usual, wanted: { ...usual.wanted, settings: { 'post-copy': 'never' } } }
}

async function roundOf(number: number, fault: string): Promise<Round> {
  const before = new Map<string, ProgressSample>()
  for (const { name } of all) before.set(name, await waitForProgress(labName, name, { deadlineMs: 60_000 }))
  const at = new Date()
  const begun = await started()
  const afterMs = Math.round(Math.random() * 12_000)
  await delay(afterMs)
  const act = faults[fault]
  if (act === undefined) throw new Error(`no fault is called ${fault}`)
  const drain = await client.drains.of(begun.state.id)
  const struck = await act({ lab: labName, server, drain, random: Math.random })
  const ended = await untilEnded(begun.state.id)
  // Definitions and jobs of a host that has just come back are put in order by the server meanwhile.
  let problems: readonly string[] = []
  for (let tries = 0; tries < 10; tries++) {
    problems = await problemsOf(labName, hosts, ended, struck, before).catch((error: unknown) => [String(error)])
    if (problems.length === 0) break
    await delay(2000)
  }
  const unended = await store.unended()
  return {
    number,
    at: at.toISOString(),
    fault,
    struck,
    afterMs,
    tookMs: Date.now() - at.getTime(),
    outcome: ended.state.end?.outcome ?? 'none',
    stages: Object.fromEntries(ended.state.guests.map(({ guest, stage }) => [guest, stage.kind])),
    attempts: ended.state.guests.reduce((sum, { attempts }) => sum + attempts.length, 0),
    problems: [...problems, ...unended.map(({ record }) => `${record.id} has not ended`)],
    drain: ended,
    load: loadavg()[0] ?? 0,
  }
}

/** On a machine that others use as well a host may not answer in time: nothing has begun then, and it is asked again. */
async function started(): Promise<Drain> {
  for (let tries = 1; ; tries++) {
    try {
      return await client.drains.start(request(), () => undefined)
    } catch (error) {
      if (tries >= 20) throw error
      console.error(`  not begun: ${String(error)}`)
      await delay(5000)
    }
  }
}

async function untilEnded(id: string): Promise<Drain> {
  const deadline = performance.now() + 600_000
  for (;;) {
    // A server that was killed, or has no core just now, does not answer: it is asked again.
    const drain = await client.drains.of(id).catch((error: unknown) => {
      if (performance.now() > deadline) throw error
      return null
    })
    if (drain !== null && (drain.state.end !== null || performance.now() > deadline)) return drain
    await delay(1000)
  }
}

/** Past Landfall, over a link without a limit: every guest runs on the host that is to be emptied next. */
async function bringBack({ struck }: Round): Promise<void> {
  await setLink(labName, 'none')
  const [last] = await store.drains.list()
  if (last !== undefined && last.releasedAt === null) await store.drains.release(last.id, Date.now())
  for (const { name: host } of openLab(labName).state.hosts.filter(({ name }) => name !== source)) {
    const there = (await virsh(labName, host, ['list', '--all', '--name'])).split('\n').map((line) => line.trim())
    for (const name of there.filter((each) => guests.some((guest) => guest.name === each))) {
      if (name === struck.stopped && !(await isRunning(host, name))) await virsh(labName, host, ['start', name])
      const flags = ['--live', '--p2p', '--persistent', '--undefinesource']
      await virsh(labName, host, ['migrate', ...flags, name, `qemu+tcp://${source}/system`])
    }
  }
  for (const { name } of guests) if (!(await isRunning(source, name))) await virsh(labName, source, ['start', name])
  await setLink(labName, link)
}

async function isRunning(host: string, name: string): Promise<boolean> {
  return (await virsh(labName, host, ['domstate', name])).trim() === 'running'
}

function save(): void {
  const machine = { ...thisMachine(lab.state, 'rom'), loadNow: loadavg() }
  const name = `${began.toISOString().slice(0, 16).replace(':', '')}.json`
  writeFileSync(
    new URL(name, results),
    `${JSON.stringify({ at: began.toISOString(), machine, link, guests, rounds }, null, 1)}\n`,
  )
}

function print(of: readonly Round[]): void {
  console.log('| fault | drains | ended as done | with guests left | tries that failed | wrong afterwards | longest |')
  console.log('| --- | --: | --: | --: | --: | --: | --: |')
  for (const fault of new Set(of.map((round) => round.fault))) {
    const own = of.filter((round) => round.fault === fault)
    const ended = (outcome: string): number => own.filter((round) => round.outcome === outcome).length
    const tries = own.reduce((sum, { attempts }) => sum + attempts, 0)
    const wrong = own.filter(({ problems }) => problems.length > 0).length
    const longest = Math.max(...own.map(({ tookMs }) => tookMs)) / 1000
    console.log(
      `| ${[fault, own.length, ended('done'), ended('guests-left'), tries, wrong, `${longest.toFixed(0)} s`].join(' | ')} |`,
    )
  }
}
