// Small guests moved back and forth in every way that Landfall has, and asked after each move what became of them; then two
// of them are damaged on purpose, to show that they would have said so.
//
//   npm run bench:moves                  100 moves, about 20 minutes
//   npm run bench:moves -- --moves 12
//   npm run bench:moves -- --moves 50 --lab moves2       beside another, in a laboratory of its own

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import {
  addGuest,
  checkGuest,
  down,
  isUnharmed,
  kvmWords,
  leftovers,
  longestGap,
  monotonicNowMs,
  readProgress,
  setLink,
  status,
  thisMachine,
  up,
  virsh,
  waitForProgress,
  waitForSweep,
} from '@landfall/lab'
import type { GuestVerdict } from '@landfall/lab'
import { damage, putBackOldPage } from './damage.ts'
import { guests, ways } from './ways.ts'
import type { Report, Way } from './ways.ts'
import { optionsOf } from '../src/arguments.ts'

const command = fileURLToPath(new URL('../../packages/cli/bin/landfall.mjs', import.meta.url))

const values = optionsOf(import.meta.filename, {
  moves: { type: 'string', default: '100' },
  lab: { type: 'string', default: 'moves' },
})
const labName = values.lab
const wanted = Number(values.moves)
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error('--moves takes a whole number of at least 1')
  process.exit(2)
}

interface Move {
  readonly number: number
  readonly way: string
  readonly guest: string
  readonly from: string
  readonly to: string
  readonly asExpected: boolean
  /** The host it runs on afterwards, or hosts, were it ever two. */
  readonly on: readonly string[]
  readonly verdict: GuestVerdict
  /** Whether work, pages or blocks ever went back. */
  readonly countersWentBack: boolean
  /** By the guest's own clock. */
  readonly longestGapMs: number | null
  readonly report: Report
}

mkdirSync(new URL('results/', import.meta.url), { recursive: true })
await down(labName)
const began = new Date()
const loadBefore = loadavg()
await using lab = await up({ name: labName, progress: (line) => console.error(line) })
const started = new Map<string, number>()
for (const guest of guests) {
  await addGuest(labName, guest)
  started.set(guest.name, (await waitForProgress(labName, guest.name)).atMonotonicMs)
  await turn('suspend', guest.name)
}

const moves: Move[] = []
const { kvm, release: hostRelease } = lab.state
const versions = (await virsh(labName, 'host1', ['version'])).trim().split('\n')
const startedAt = began.toISOString().slice(0, 16).replace(':', '')
const file = new URL(`results/${startedAt}-${labName}.json`, import.meta.url)
const finals: Record<string, { verdict: GuestVerdict; countersWentBack: boolean }> = {}
const noticed: { damagedPage: boolean | null; pagePutBack: boolean | null } = { damagedPage: null, pagePutBack: null }

/** After each move: a bench that is interrupted has shown what it has shown. */
function save(): void {
  const machine = { ...thisMachine(lab.state, 'rom'), loadBefore, loadNow: loadavg() }
  const hosts = { release: hostRelease, versions }
  const result = { at: began.toISOString(), machine, hosts, ways, guests, moves, finals, noticed }
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`)
}

for (let number = 1; number <= wanted; number++) {
  const way = ways[(number - 1) % ways.length]
  if (way === undefined) break
  const move = await moveOnce(number, way)
  moves.push(move)
  save()
  const { report } = move
  console.error(
    `${number}/${wanted} ${way.name}: ${report.outcome} by ${report.strategy}, ${report.totalTimeMs} ms, ` +
      `downtime ${report.downtimeMs} ms, longest gap ${move.longestGapMs?.toFixed(1)} ms, ` +
      `wrong ${move.verdict.wrongPages} + ${move.verdict.wrongBlocks}${move.asExpected ? '' : '  NOT AS EXPECTED'}`,
  )
}

for (const { name } of guests) {
  await turn('resume', name)
  await waitForSweep(labName, name)
  const since = started.get(name) ?? 0
  finals[name] = { verdict: await checkGuest(labName, name, since), countersWentBack: await wentBack(name, since) }
}

// A test of the test, on guests that have been moved many times.
const place = async (guest: string): Promise<{ lab: string; host: string; guest: string }> => ({
  lab: labName,
  host: (await whereIs(guest))[0] ?? 'nowhere',
  guest,
})
noticed.damagedPage = await damage(await place('steady'))
noticed.pagePutBack = await putBackOldPage(await place('busy'))

save()
await down(labName)
const left = leftovers(labName)

const harmed = [...moves, ...Object.values(finals)].filter(
  ({ verdict, countersWentBack }) => !isUnharmed(verdict) || countersWentBack,
).length
const twice = moves.filter(({ on }) => on.length !== 1).length
const unexpected = moves.filter(({ asExpected }) => !asExpected).length
console.log(`${moves.length} moves with ${kvm === null ? 'TCG' : kvmWords(kvm)}, load ${loadBefore[0]?.toFixed(1)}:`)
for (const { name } of ways) {
  const own = moves.filter(({ way }) => way === name)
  console.log(`  ${name}: ${own.length}, as expected ${own.filter(({ asExpected }) => asExpected).length}`)
}
console.log(`guests harmed: ${harmed}; not on exactly one host: ${twice}; not as expected: ${unexpected}`)
console.log(`noticed: a damaged page ${noticed.damagedPage}, a page that was put back ${noticed.pagePutBack}`)
console.log(`left behind: ${left.length}`)
const isNoticed = Object.values(noticed).every(Boolean)
process.exitCode = harmed + twice + unexpected + left.length === 0 && isNoticed ? 0 : 1

async function moveOnce(number: number, way: Way): Promise<Move> {
  const { name } = way.guest
  const [from = 'nowhere'] = await whereIs(name)
  const to = from === 'host1' ? 'host2' : 'host1'
  await setLink(labName, way.link)
  await turn('resume', name)
  await waitForProgress(labName, name)
  const since = monotonicNowMs()
  const report = await migrate(way, to)
  await waitForProgress(labName, name)
  const samples = await readProgress(labName, name)
  const move = {
    number,
    way: way.name,
    guest: name,
    from,
    to,
    asExpected: way.isTaken(report),
    on: await whereIs(name),
    verdict: await checkGuest(labName, name, since),
    countersWentBack: await wentBack(name, since),
    longestGapMs: longestGap(samples, since, monotonicNowMs()),
    report,
  }
  await turn('suspend', name)
  return move
}

/** One guest works at a time: the others would take its processor from it. */
async function turn(which: 'suspend' | 'resume', guest: string): Promise<void> {
  const [host = 'host1'] = await whereIs(guest)
  await virsh(labName, host, [which, guest])
}

async function migrate(way: Way, to: string): Promise<Report> {
  const child = spawn(
    process.execPath,
    [command, 'migrate', way.guest.name, '--to', to, '--config', lab.hostsFile, '--json', ...way.options],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let printed = ''
  let told = ''
  const copying = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (/pass 1 {2}\d/.test(told)) copying.resolve()
  })
  const closed = once(child, 'close')
  if (way.isAborted) {
    await Promise.race([copying.promise, closed])
    await abort(way.guest.name)
  }
  await closed
  try {
    return JSON.parse(printed) as Report
  } catch (cause) {
    throw new Error(`landfall migrate ${way.guest.name} printed no report:\n${printed}${told}`, { cause })
  }
}

async function abort(guest: string): Promise<void> {
  const child = spawn(process.execPath, [command, 'abort', guest, '--config', lab.hostsFile], { stdio: 'ignore' })
  await once(child, 'close')
}

async function whereIs(guest: string): Promise<readonly string[]> {
  return (await status(labName)).guests.find(({ name }) => name === guest)?.activeOn ?? []
}

/** No guest was ever an older one of itself. */
async function wentBack(guest: string, since: number): Promise<boolean> {
  const samples = (await readProgress(labName, guest)).filter(({ atMonotonicMs }) => atMonotonicMs >= since)
  return samples.some((sample, i) => {
    const before = samples[i - 1]
    return (
      before !== undefined &&
      (sample.work < before.work ||
        sample.pagesWritten < before.pagesWritten ||
        sample.blocksWritten < before.blocksWritten)
    )
  })
}
