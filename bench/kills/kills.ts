// Small guests moved back and forth by real servers that are killed at random moments, and what became of the guests and of what
// was written of them. It can be interrupted at any time; runs add up.
//
//   node bench/kills/kills.ts --mode one-server --rounds 100
//   node bench/kills/kills.ts --mode frozen --minutes 30 --lab kills2       beside another, in a laboratory of its own
//   node bench/kills/kills.ts --sum                                         what all runs have shown together

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { checkGuest, down, leftovers, monotonicNowMs, thisMachine, up } from '@landfall/lab'
import type { GuestVerdict } from '@landfall/lab'
import { openStore } from '@landfall/server'
import { PostgresServer } from '@landfall/server/testing'
import { isInTime, untilRight } from './accounts.ts'
import type { Accounted } from './accounts.ts'
import type { Held } from './held.ts'
import { heldBy } from './held.ts'
import { modes } from './modes.ts'
import { Mover } from './mover.ts'
import type { Move } from './mover.ts'
import { Hosts } from './places.ts'
import { Server, tokenIn } from './servers.ts'
import { printSum } from './sum.ts'
import { guests, link, ways } from './ways.ts'
import { optionsOf } from '../src/arguments.ts'

export interface Round extends Accounted {
  readonly number: number
  readonly at: string
  readonly what: string
  readonly count: number
  /** What each guest's migration had told last when it struck. */
  readonly stages: Readonly<Record<string, string>>
  readonly isInTime: boolean
  readonly load: number
  /** How many had ended by then. */
  readonly migrations?: number
  /** Where nothing was done to the server. */
  readonly held?: Held
}

export interface Results {
  readonly at: string
  readonly mode: string
  readonly rounds: readonly Round[]
  readonly moves: readonly Move[]
}

const results = new URL('results/', import.meta.url)
const values = optionsOf(import.meta.filename, {
  mode: { type: 'string', default: 'one-server' },
  rounds: { type: 'string', default: '1000' },
  minutes: { type: 'string', default: '600' },
  lab: { type: 'string', default: 'kills' },
  sum: { type: 'boolean', default: false },
})
if (values.sum) {
  const files = readdirSync(results).filter((name) => name.endsWith('.json'))
  printSum(files.map((name) => JSON.parse(readFileSync(new URL(name, results), 'utf8')) as Results))
  process.exit()
}
const { mode: modeName, lab: labName } = values
const mode = modes[modeName]
if (mode === undefined) {
  console.error(`--mode takes one of ${Object.keys(modes).join(', ')}`)
  process.exit(2)
}
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
const endsAt = performance.now() + Number(values.minutes) * 60_000
const mostRounds = Number(values.rounds)

mkdirSync(results, { recursive: true })
const began = new Date()
const folder = mkdtempSync(join(tmpdir(), 'landfall-kills-'))
await down(labName)
const lab = await up({ name: labName, link, progress: (line) => console.error(line) })
const database = mode.store === 'postgres' ? await PostgresServer.start() : null
const disk = mode.store === 'small-file' ? join(folder, 'disk') : null
if (disk !== null) {
  mkdirSync(disk)
  run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk])
}
const storePlace = database?.url() ?? join(disk ?? folder, 'landfall.db')
const store = openStore(storePlace)
const token = await tokenIn(store)

const hosts = new Hosts(labName)
const hostsText = readFileSync(lab.hostsFile, 'utf8')
/** Of a guest that was harmed, a record that is wrong, or a server that ended by itself. */
const harmed = Promise.withResolvers<never>()
harmed.promise.catch(() => undefined)
const servers: Server[] = []
for (let number = 1; number <= mode.servers; number++) {
  const server = await Server.at({
    name: `server${number}`,
    hosts: hostsText,
    folder,
    store: storePlace,
    onDied: harmed.reject,
  })
  await server.start()
  servers.push(server)
}

const rounds: Round[] = []
const moves: Move[] = []
const finals: Record<string, GuestVerdict> = {}
const sinceMs = monotonicNowMs()
const movers = guests.map(
  (request) =>
    new Mover({
      lab: labName,
      request,
      hosts,
      // One that died is asked as well, and answers when it is back.
      urls: () => servers.map(({ url }) => url),
      token,
      onMoved: (move) => {
        moves.push(move)
        if (move.problems.length === 0) return
        console.error(`  ${JSON.stringify(move)}`)
        // What became of it is to be looked at, and nothing else done to it.
        harmed.reject(new Error(`${move.guest}: ${move.problems.join('; ')}`))
      },
    }),
)
const moving = Promise.all(movers.map((mover) => mover.run(stopping.signal)))
moving.catch((error: unknown) => harmed.reject(error))

function save(): void {
  const machine = { ...thisMachine(lab.state, 'rom'), loadNow: loadavg() }
  const result = { at: began.toISOString(), mode: modeName, machine, link, guests, ways, rounds, moves, finals }
  const name = `${began.toISOString().slice(0, 16).replace(':', '')}-${modeName}.json`
  writeFileSync(new URL(name, results), `${JSON.stringify(result, null, 1)}\n`)
}

const resting = ['not begun', 'idle', 'asked', 'planning', 'waiting', 'planned', 'ended', 'refused']
let isSound = true
try {
  while (!stopping.signal.aborted && rounds.length < mostRounds && performance.now() < endsAt) {
    await Promise.race([untilMoment(), harmed.promise])
    await Promise.race([strike(rounds.length + 1), harmed.promise])
  }
  stopping.abort()
  await Promise.race([moving, harmed.promise])
} catch (error) {
  const isStopped = stopping.signal.aborted && error instanceof Error && error.name === 'AbortError'
  if (!isStopped) {
    isSound = false
    console.error(error)
    console.error(`left as it is to be looked at: laboratory ${labName}, ${folder}`)
  } else await Promise.race([moving, harmed.promise]).catch((cause: unknown) => console.error(cause))
}
for (const { guest } of movers) finals[guest] = await checkGuest(labName, guest, sinceMs)
save()
printSum([{ at: began.toISOString(), mode: modeName, rounds, moves }])
console.log(JSON.stringify(finals))
if (!isSound) process.exit(1)
for (const server of servers) await server.stop()
await hosts[Symbol.asyncDispose]()
await store[Symbol.asyncDispose]()
await database?.[Symbol.asyncDispose]()
if (disk !== null) run('umount', [disk])
await down(labName)
console.log(`left behind: ${leftovers(labName).length}`)
rmSync(folder, { recursive: true })

function wait(ms: number): Promise<void> {
  return delay(ms, undefined, { signal: stopping.signal })
}

/** Three of four times while a guest is on its way: most of the time goes into plans. */
async function untilMoment(): Promise<void> {
  while (movers.some(({ stage }) => stage === 'not begun')) await wait(100)
  if (Math.random() < 0.25) return wait(Math.random() * mode!.pauseMs)
  const isUnderWay = (): boolean => movers.some(({ stage }) => !resting.includes(stage))
  for (let waitedMs = 0; !isUnderWay() && waitedMs < 60_000; waitedMs += 50) await wait(50)
  return wait(Math.random() * 2000)
}

async function strike(number: number): Promise<void> {
  const stages = Object.fromEntries(movers.map(({ guest, stage }) => [guest, stage]))
  const at = new Date().toISOString()
  const { what, count, gone, after, held } = await mode!.strike({
    servers,
    killDatabase: async (downMs) => {
      await database?.kill()
      await delay(downMs)
      await database?.startAgain()
    },
    fillDisk: () => void spawnSync('sh', ['-c', `cat /dev/zero > ${disk}/filling`]),
    freeDisk: () => rmSync(`${disk}/filling`),
    prune: async (olderThanMs) => {
      await store.prune({ longestDays: olderThanMs / 86_400_000, reports: 'kept' }, Date.now())
    },
    heldBy: ({ pid }) => {
      if (pid === null) throw new Error('it does not run')
      return heldBy(pid, storePlace)
    },
  })
  const accounted = await untilRight({ store, hosts, movers, gone })
  const round = {
    number,
    at,
    what,
    count,
    stages,
    ...accounted,
    isInTime: isInTime(accounted),
    load: loadavg()[0] ?? 0,
    migrations: moves.length,
    ...(held === undefined ? {} : { held }),
  }
  rounds.push(round)
  save()
  console.error(
    `${number} ${what}${count > 1 ? ` (${count} times)` : ''}: ${Object.values(stages).join(', ')}; right after ${accounted.rightAfterMs} ms`,
  )
  if (accounted.problems.length > 0) console.error(`  ${accounted.problems.join('\n  ')}`)
  if (accounted.rightAfterMs === null) throw new Error('not right: looked at before anything else is done')
  await after()
}

function run(command: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(command, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
}
