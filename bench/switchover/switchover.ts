// How long guests stand still that need not: small ones that write little, moved back and forth.
//
//   npm run bench:switchover                        300 moves, about 20 minutes
//   npm run bench:switchover -- --moves 20 --minutes 5
//   npm run bench:switchover -- --sum               what all runs have shown together

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import {
  addGuest,
  checkGuest,
  down,
  isUnharmed,
  leftovers,
  longestGap,
  monotonicNowMs,
  readProgress,
  status,
  thisMachine,
  up,
  virsh,
  waitForProgress,
} from '@landfall/lab'
import type { GuestRequest } from '@landfall/lab'
import { percentile } from '../src/statistics.ts'
import { optionsOf } from '../src/arguments.ts'

interface Move {
  readonly guest: string
  readonly intent: string
  readonly outcome: string
  readonly strategy: string | null
  readonly totalTimeMs: number | null
  readonly downtimeMs: number | null
  /** By the guest's own clock: the longest that it did not get on, whatever the cause. */
  readonly longestGapMs: number | null
  /** Where it runs afterwards, unharmed. */
  readonly right: boolean
}

interface Run {
  readonly at: string
  readonly machine: object
  readonly hosts: { readonly release: string; readonly versions: readonly string[] }
  readonly link: string
  readonly moves: readonly Move[]
}

const command = fileURLToPath(new URL('../../packages/cli/bin/landfall.mjs', import.meta.url))
const results = new URL('results/', import.meta.url)
const link = '1Gbit'
const guests: readonly GuestRequest[] = [
  { guest: 'rom', name: 'idle', memory: '64MiB', rewrite: 'mixed' },
  { guest: 'rom', name: 'calm', memory: '96MiB', writeSet: '48MiB', writeRate: '4MiB', rewrite: 'mixed' },
]
/** The default, and one that allows a tenth of it: what a person would type who minds. */
const intents: Readonly<Record<string, readonly string[]>> = {
  default: [],
  'max-pause 100ms': ['--max-pause', '100ms'],
}

const values = optionsOf(import.meta.filename, {
  moves: { type: 'string', default: '300' },
  minutes: { type: 'string', default: '60' },
  lab: { type: 'string', default: 'switchover' },
  sum: { type: 'boolean', default: false },
})
if (values.sum) {
  const runs = readdirSync(results).map((name) => JSON.parse(readFileSync(new URL(name, results), 'utf8')) as Run)
  console.log(table(runs.flatMap(({ moves }) => moves)))
} else await run(Number(values.moves), Number(values.minutes), values.lab)

async function run(wanted: number, minutes: number, labName: string): Promise<void> {
  if (!Number.isInteger(wanted) || wanted < 1 || !(minutes > 0)) {
    console.error('--moves takes a whole number of at least 1, --minutes a number')
    process.exit(2)
  }
  mkdirSync(results, { recursive: true })
  await down(labName)
  const began = new Date()
  const loadBefore = loadavg()
  const moves: Move[] = []
  {
    await using lab = await up({ name: labName, link, progress: (line) => console.error(line) })
    for (const guest of guests) await addGuest(labName, guest)
    for (const guest of guests) await waitForProgress(labName, guest.name)
    const versions = (await virsh(labName, 'host1', ['version'])).trim().split('\n')
    const until = performance.now() + minutes * 60_000
    const file = new URL(`${began.toISOString().slice(0, 16).replace(':', '')}.json`, results)
    for (let number = 0; number < wanted && performance.now() < until; number++) {
      const guest = guests[number % guests.length]
      const intent = Object.keys(intents)[Math.floor(number / guests.length) % Object.keys(intents).length]
      if (guest === undefined || intent === undefined) break
      const move = await moveOnce(labName, lab.hostsFile, guest.name, intent)
      moves.push(move)
      console.error(
        `${moves.length}/${wanted} ${move.guest}, ${intent}: ${move.outcome}, ${move.totalTimeMs} ms, downtime ${move.downtimeMs} ms, ` +
          `longest gap ${move.longestGapMs?.toFixed(1)} ms${move.right ? '' : '  NOT RIGHT'}`,
      )
      // After each move: a bench that is interrupted has shown what it has shown.
      const machine = { ...thisMachine(lab.state, 'rom'), loadBefore, loadNow: loadavg() }
      const result: Run = {
        at: began.toISOString(),
        machine,
        hosts: { release: lab.state.release, versions },
        link,
        moves,
      }
      writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`)
    }
  }
  await down(labName)
  console.log(table(moves))
  const left = leftovers(labName)
  if (left.length > 0) console.error(`left behind: ${left.length}`)
  process.exitCode = moves.every(({ right }) => right) && left.length === 0 ? 0 : 1
}

async function moveOnce(labName: string, hostsFile: string, guest: string, intent: string): Promise<Move> {
  const activeOn = async (): Promise<readonly string[]> =>
    (await status(labName)).guests.find(({ name }) => name === guest)?.activeOn ?? []
  const [from = 'nowhere'] = await activeOn()
  const to = from === 'host1' ? 'host2' : 'host1'
  const since = monotonicNowMs()
  const child = spawn(
    process.execPath,
    [command, 'migrate', guest, '--to', to, '--config', hostsFile, '--json', ...(intents[intent] ?? [])],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(child, 'close')
  const report = JSON.parse(printed) as Pick<Move, 'outcome' | 'strategy' | 'totalTimeMs' | 'downtimeMs'>
  await waitForProgress(labName, guest)
  const verdict = await checkGuest(labName, guest, since)
  const on = await activeOn()
  return {
    guest,
    intent,
    outcome: report.outcome,
    strategy: report.strategy,
    totalTimeMs: report.totalTimeMs,
    downtimeMs: report.downtimeMs,
    longestGapMs: longestGap(await readProgress(labName, guest), since, monotonicNowMs()),
    right: isUnharmed(verdict) && on.length === 1 && on[0] === (report.outcome === 'completed' ? to : from),
  }
}

function at(figures: readonly number[], share: number): string {
  const figure = percentile(figures, share)
  return figure === null ? '-' : `${Math.round(figure)} ms`
}

function table(moves: readonly Move[]): string {
  const rowOf = (guest: string, intent: string): string | null => {
    const own = moves.filter((move) => move.guest === guest && move.intent === intent)
    if (own.length === 0) return null
    const done = own.filter(({ outcome }) => outcome === 'completed')
    const downtimes = done.flatMap(({ downtimeMs }) => downtimeMs ?? [])
    const gaps = done.flatMap(({ longestGapMs }) => longestGapMs ?? [])
    const more = done.flatMap(({ downtimeMs, longestGapMs }) =>
      downtimeMs === null || longestGapMs === null ? [] : [longestGapMs - downtimeMs],
    )
    const unharmed = own.filter(({ right }) => right).length
    return `| ${guest} | ${intent} | ${done.length} of ${own.length} | ${at(downtimes, 0.5)} | ${at(downtimes, 0.99)} | ${at(gaps, 0.5)} | ${at(gaps, 0.99)} | ${at(more, 0.5)}, ${at(more, 0.99)} | ${unharmed} |`
  }
  const rows = guests.flatMap(({ name }) => Object.keys(intents).flatMap((intent) => rowOf(name, intent) ?? []))
  return [
    '| guest | intent | completed | downtime, median | 99 of 100 | longest gap, median | 99 of 100 | gap − downtime, median and 99 of 100 | right |',
    '| ----- | ------ | --------- | ---------------- | --------- | ------------------- | --------- | ------------------------------------ | ----- |',
    ...rows,
  ].join('\n')
}
