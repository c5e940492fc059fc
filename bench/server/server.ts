// One service under load: 1,000 fake hosts, 10,000 guests, 500 migrations at the same time, 1,000 event streams.
//   node bench/server/server.ts [--hosts 1000] [--guests 10] [--migrations 500] [--streams 1000] [--seconds 60] [--profile FOLDER] [--gives-way]

import { fork, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { HttpClient } from '@landfall/api'
import { defaultIntent, GiB, initialState, plan } from '@landfall/core'
import type { Facts } from '@landfall/core'
import { hashOf, newToken, openStore } from '@landfall/server'
import { ownIdentity } from '@landfall/server/parts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  hosts: { type: 'string', default: '1000' },
  guests: { type: 'string', default: '10' },
  migrations: { type: 'string', default: '500' },
  streams: { type: 'string', default: '1000' },
  seconds: { type: 'string', default: '60' },
  /** Where a profile of the service's CPU is written. */
  profile: { type: 'string' },
  /** Hosts and streams, which are other machines' work, give way to the service. */
  'gives-way': { type: 'boolean' },
})
const othersGiveWay = values['gives-way'] === true
const [hosts, guests, migrations, streams, seconds] = [
  values.hosts,
  values.guests,
  values.migrations,
  values.streams,
  values.seconds,
].map(Number) as [number, number, number, number, number]

const facts: Facts = {
  memoryBytes: 64 * GiB,
  likelyNonZeroBytes: 64 * GiB,
  vcpus: 8,
  dirtyWindows: [1, 2].map((s) => ({ windowMs: s * 1000, dirtyBytes: s * 2 * GiB, kind: 'page-sampling' })),
  link: { bytesPerSecond: { low: GiB, likely: 1.1 * GiB, high: 1.2 * GiB }, source: 'configured' },
  postCopy: { possible: false, why: 'the bench keeps them in pre-copy' },
  throttle: { possible: true },
  accelerator: 'kvm',
  overheads: { prepareMs: 800, switchoverMs: 50, teardownMs: 300 },
  defaultDowntimeLimitMs: 300,
  coldPossible: true,
}
// Without a lever and with a long wait for a dip: they go on for as long as the bench looks.
const intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 1000 } as const
const uuidOf = (host: number, guest: number): string =>
  `6a3d2f60-58e3-4c0f-${String(host).padStart(4, '0')}-${String(guest).padStart(12, '0')}`
const nameOf = (uuid: string): string => `guest-${uuid.slice(19, 23)}-${uuid.slice(-4)}`

const folder = mkdtempSync(join(tmpdir(), 'landfall-bench-'))
const fleet = fork(
  new URL('../steering/fake-migrations.ts', import.meta.url),
  [hosts, guests, migrations].map(String),
  { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], detached: true },
)
const uris = JSON.parse(await firstLine(fleet)) as string[]

const ids = await leaveMigrations()
const token = newToken()
const config = join(folder, 'landfall.toml')
writeFileSync(
  config,
  `${uris.map((uri, index) => `[hosts.host${index}]\nuri = "${uri}"\n`).join('\n')}
[server]
listen = "127.0.0.1:0"
requests_per_second = 10000
streams_per_token = 10000
most_connections = 10000
`,
)
const store = join(folder, 'state')
await using opened = openStore(store)
await opened.tokens.add({
  name: 'bench',
  scope: 'operate',
  hash: hashOf(token),
  createdAt: Date.now(),
  expiresAt: null,
})

// A session of its own, as a service manager gives it: else Linux shares out one session's part of the cores among all of these.
const command = fileURLToPath(new URL('../../packages/cli/bin/landfall.mjs', import.meta.url))
const profiling =
  values.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', values.profile, '--cpu-prof-interval', '2000']
const beganAt = performance.now()
const service = spawn(process.execPath, [...profiling, command, 'serve', '--config', config], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, LANDFALL_STORE: store },
  detached: true,
})
process.on('exit', () => service.kill('SIGKILL'))
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1))
let log = ''
service.stdout.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-1_000_000)))
const url = await until('the service is ready', () => /"url":"([^"]+)","msg":"ready"/.exec(log)?.[1])
const readyMs = performance.now() - beganAt
const client = new HttpClient({ url, token })
const { pid } = service
if (pid === undefined) throw new Error('it has no process')

await until('every migration is driven', async () => {
  const under = await client.underWay()
  return under.filter(({ driver, sample }) => driver === 'here' && sample !== null).length >= migrations || undefined
})
const drivenMs = performance.now() - beganAt
const followers = fork(new URL('followers.ts', import.meta.url), [url, String(streams), ...ids], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, LANDFALL_TOKEN: token },
  detached: true,
})
if (othersGiveWay) for (const each of [fleet, followers]) giveWay(each)
await until('every stream is open', async () => ((await heard()).open >= streams ? true : undefined))
const streamsMs = performance.now() - beganAt
// What the start costs is over.
await delay(10_000)
await heard()

const before = cpuSeconds(pid)
const waitedBefore = waitedSeconds(pid)
const since = performance.now()
const reads: Record<string, number[]> = {}
const ages: number[] = []
let mostRss = 0
for (let round = 0; performance.now() - since < seconds * 1000; round++) {
  const [id] = [ids[round % ids.length] ?? '']
  await timed('hosts', () => client.hosts())
  await timed('under way', () => client.underWay())
  await timed('a migration', () => client.migration(id))
  await timed('ended', () => client.ended({ limit: 100 }))
  if (round % 5 === 0) ages.push(await ageOf(round))
  mostRss = Math.max(mostRss, rssMiB(pid))
  await delay(500)
}
const elapsedMs = performance.now() - since
const { open, failed, lags } = await heard()
const result = {
  at: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg(), node: process.version },
  size: { hosts, guests: hosts * guests, migrations, streams, seconds },
  othersGiveWay,
  readyMs: Math.round(readyMs),
  allDrivenMs: Math.round(drivenMs),
  allStreamsMs: Math.round(streamsMs),
  cpuPercentOfOneCore: Math.round(((cpuSeconds(pid) - before) / elapsedMs) * 100_000),
  waitedForCorePercent: Math.round(((waitedSeconds(pid) - waitedBefore) / elapsedMs) * 100_000),
  mostRssMiB: Math.round(mostRss),
  streams: { open, failed, updates: lags.length, lagMs: shares(lags) },
  inventoryAgeMs: shares(ages),
  readsMs: Object.fromEntries(Object.entries(reads).map(([what, times]) => [what, shares(times)])),
  allReadsMs: shares(Object.values(reads).flat()),
}
console.log(JSON.stringify(result, null, 1))
const results = new URL('results/', import.meta.url)
mkdirSync(results, { recursive: true })
writeFileSync(
  new URL(`${result.at.slice(0, 16).replace(':', '')}-${hosts}-hosts.json`, results),
  `${JSON.stringify(result, null, 1)}\n`,
)
followers.disconnect()
const ended = once(service, 'exit')
service.kill('SIGTERM')
await ended
fleet.disconnect()
await opened[Symbol.asyncDispose]()
rmSync(folder, { recursive: true, force: true })
process.exit(0)

/** Its session gets a tenth of what another gets where both want a core (sched(7), autogroup): elsewhere it is on other machines. */
function giveWay({ pid }: ChildProcess): void {
  writeFileSync(`/proc/${pid}/autogroup`, '10')
}

/** As a driver that died has left them, in the middle of their copies. */
async function leaveMigrations(): Promise<readonly string[]> {
  await using left = openStore(join(folder, 'state'))
  const driver = { ...ownIdentity(), startTicks: 'none' }
  const chosen = plan({ ...intent, maxPauseMs: 60_000 }, facts)
  const made: string[] = []
  for (let index = 0; index < migrations; index++) {
    const uuid = uuidOf(index % hosts, Math.floor(index / hosts))
    const now = Date.now()
    const begun = initialState(chosen, intent, facts, now)
    const id = `bench-${index}`
    const lease = await left.begin(
      {
        id,
        guest: { name: nameOf(uuid), uuid },
        persistent: true,
        source: `host${index % hosts}`,
        destination: `host${(index + hosts / 2) % hosts}`,
        intent,
        facts,
        plan: chosen,
        previousDowntimeLimitMs: 300,
      },
      now,
      driver,
    )
    await left.append(lease, { at: now, kind: 'launching' })
    // Never an idle boundary too many: what is measured is looking and deciding, not ending.
    const state = {
      ...begun,
      waiting: { ...begun.waiting, idleBoundaries: -1_000_000 },
      passes: { ...begun.passes, withoutGain: -1_000_000 },
    }
    await left.append(lease, { at: now, kind: 'state', state })
    made.push(id)
  }
  return made
}

/** How long a guest that appears on a host is not told of. */
async function ageOf(round: number): Promise<number> {
  const name = `fresh-${round}`
  const appearedAt = performance.now()
  fleet.send({ host: round % hosts, name })
  await until(`${name} is told of`, async () => {
    const { instances } = await timed('instances', () => client.instances())
    return instances.some((instance) => instance.name === name) || undefined
  })
  return performance.now() - appearedAt
}

async function timed<Result>(what: string, read: () => Promise<Result>): Promise<Result> {
  const from = performance.now()
  const answer = await read()
  const times = (reads[what] ??= [])
  times.push(performance.now() - from)
  return answer
}

interface Heard {
  readonly open: number
  readonly failed: number
  readonly lags: readonly number[]
}

async function heard(): Promise<Heard> {
  const answered = once(followers, 'message')
  followers.send('tell')
  const [answer] = (await answered) as [Heard]
  return answer
}

async function until<Result>(
  what: string,
  look: () => Promise<Result | undefined> | Result | undefined,
): Promise<Result> {
  const deadline = performance.now() + 400_000
  while (performance.now() < deadline) {
    // While it starts it may be too busy to answer.
    const found = await Promise.resolve(look()).catch(() => undefined)
    if (found !== undefined) return found
    await delay(200)
  }
  throw new Error(`not within 400 s: ${what}\n${log.slice(-3000)}`)
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  let text = ''
  for await (const part of stdout ?? []) {
    text += String(part)
    if (text.includes('\n')) return text
  }
  throw new Error('it ended without a word')
}

/** User and system time, in ticks of 10 ms (proc(5)). */
function cpuSeconds(of: number): number {
  const fields = readFileSync(`/proc/${of}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** How long its main thread could have run and was given no core (nanoseconds in Linux's schedstats). */
function waitedSeconds(of: number): number {
  return Number(readFileSync(`/proc/${of}/schedstat`, 'utf8').split(' ')[1]) / 1e9
}

function rssMiB(of: number): number {
  const [, kibibytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${of}/status`, 'utf8')) ?? []
  return Number(kibibytes) / 1024
}

function shares(times: readonly number[]): Record<string, number> {
  const sorted = times.toSorted((one, other) => one - other)
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN)
  return { count: sorted.length, median: at(0.5), p99: at(0.99), most: at(1) }
}
