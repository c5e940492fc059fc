// Landfall beside everyone else, on one laboratory: `npm run bench -- --help` says what it takes (options.ts).

import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  addGuest,
  down,
  isUnharmed,
  removeGuest,
  thisMachine,
  up,
  virsh,
  waitForProgress,
  waitForSweep,
} from '@landfall/lab'
import { contenders } from './contenders.ts'
import type { Contender } from './contenders.ts'
import type { Machine } from './machine.ts'
import { coreMachine, longestRunMs, startDeadlineMs, sweepDeadlineMs } from './machine.ts'
import { readOptions, usage } from './options.ts'
import type { About } from './results.ts'
import { fileFor, fileOfDay } from './results.ts'
import { minutesOf, rowOf, rows, runsOf } from './rows.ts'
import { afterBurstBeganMs } from './run/burst.ts'
import type { Run } from './run/run.ts'
import { runOne } from './run/run-one.ts'
import type { Workload } from './workloads.ts'
import { guestOf, hasPhases, workloads, writeBytesPerSecond } from './workloads.ts'

const read = readOptions(process.argv.slice(2))
if (read.kind === 'help') {
  console.log(usage())
  process.exit(0)
}
if (read.kind === 'wrong') refuse(read.why)
const asked = read.options

/** What is measured on one laboratory, into one file. */
interface Part {
  readonly row: string | null
  readonly machine: Machine
  readonly workloads: readonly Workload[]
  readonly contenders: readonly Contender[]
  readonly rounds: number
  readonly file: string
}

if (asked.list) {
  for (const row of rows) {
    const { memoryMiB, vcpus, link, fill } = row.machine
    const size = `${memoryMiB} MiB${fill ? '' : ' (empty)'}, ${vcpus} vCPU${vcpus === 1 ? '' : 's'}, link ${link}`
    console.log(`${row.name.padEnd(16)} ${String(runsOf(row)).padStart(2)} runs, about ${minutesOf(row)} min: ${size}`)
    console.log(`  ${row.workloads.join(' · ')}\n  ${row.contenders.join(' · ')}\n  ${row.note}`)
  }
  console.log(`all: about ${rows.reduce((sum, row) => sum + minutesOf(row), 0)} min`)
  process.exit(0)
}

const now = { cpu: cpus()[0]?.model ?? 'unknown', commit: commit() }
const parts = partsAsked()
for (const part of parts) await measure(part)

function partsAsked(): readonly Part[] {
  const { only, rounds } = asked
  if (asked.matrix === 'core') {
    const file = asked.file ?? fileOfDay(result('core'), new Date().toISOString().slice(0, 10), now)
    const both = {
      workloads: chosen(only, workloads, workloads.filter(isCore)),
      contenders: chosen(only, contenders, contenders.filter(isCore)),
    }
    return [{ row: null, machine: coreMachine, ...both, rounds, file }]
  }
  const named = asked.rows ?? rows.map(({ name }) => name)
  const stranger = named.find((name) => !rows.some((row) => row.name === name))
  if (stranger !== undefined) refuse(`there is no row "${stranger}"`)
  return named.map(rowOf).map((row) => {
    const own = {
      workloads: workloads.filter(({ name }) => row.workloads.includes(name)),
      contenders: contenders.filter(({ name }) => row.contenders.includes(name)),
    }
    return {
      row: row.name,
      machine: row.machine,
      workloads: chosen(only, own.workloads, own.workloads),
      contenders: chosen(only, own.contenders, own.contenders),
      rounds,
      file: asked.file ?? fileFor(result('wide'), row.name, now),
    }
  })
}

function git(...words: readonly string[]): string {
  return spawnSync('git', words, { cwd: join(import.meta.dirname, '../../..'), encoding: 'utf8' }).stdout.trim()
}

/** Of this repository; with a + where what is measured, or measures, was changed since. */
function commit(): string {
  const changed = git('status', '--porcelain', '--', 'packages', 'lab', 'bench/src') !== ''
  return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '')
}

function isCore({ matrix }: { readonly matrix: 'core' | 'wide' }): boolean {
  return matrix === 'core'
}

/** Those of `all` that are named; what is meant otherwise where none is. */
function chosen<T extends { readonly name: string }>(
  only: readonly string[],
  all: readonly T[],
  otherwise: readonly T[],
): readonly T[] {
  const named = all.filter(({ name }) => only.includes(name))
  return named.length > 0 ? named : otherwise
}

function refuse(why: string): never {
  console.error(`${why}; npm run bench -- --help says what it takes`)
  process.exit(2)
}

function result(path: string): string {
  return fileURLToPath(new URL(`../../results/${path}`, import.meta.url))
}

async function measure({ row, machine, workloads: tasks, contenders: all, rounds, file }: Part): Promise<void> {
  mkdirSync(dirname(file), { recursive: true })
  const done = (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split('\n')
    .filter((line) => line.includes('"contender"'))
    .map((line) => JSON.parse(line) as Run)
  const isDone = (round: number, workload: Workload, contender: Contender): boolean =>
    done.some((run) => run.round === round && run.workload === workload.name && run.contender === contender.name)
  let left = 0
  for (let round = 0; round < rounds; round++)
    for (const task of tasks) left += all.filter((each) => !isDone(round, task, each)).length
  if (row !== null) console.error(`row ${row}: ${left} runs to go`)
  if (left === 0) return

  const labName = asked.lab
  const journals = mkdtempSync(join(tmpdir(), 'landfall-bench-'))
  await down(labName)
  await using lab = await up({ name: labName, link: machine.link, progress: (line) => console.error(line) })
  const about: About = {
    machine: thisMachine(lab.state, machine.guest),
    hosts: { release: lab.state.release, versions: (await virsh(labName, 'host1', ['version'])).trim().split('\n') },
    ...machine,
    ...(row === null ? {} : { row }),
    xbzrle: true,
    longestRunMs: longestRunMs(machine),
    loadBefore: loadavg(),
    startedAt: new Date().toISOString(),
    commit: now.commit,
    ...(asked.note === null ? {} : { note: asked.note }),
  }
  appendFileSync(file, `${JSON.stringify(about)}\n`)

  const startedAt = Date.now()
  let ran = 0
  for (let round = 0; round < rounds; round++) {
    for (const workload of tasks) {
      // Every other round backwards, so that no contender always follows the same one.
      const order = round % 2 === 0 ? all : all.toReversed()
      const open = order.filter((contender) => !isDone(round, workload, contender))
      if (open.length === 0) continue
      const guest = 'bench1'
      await addGuest(labName, guestOf(workload, machine, guest, 'host1'), { progress: (line) => console.error(line) })
      await waitForProgress(labName, guest, { deadlineMs: startDeadlineMs(machine) })
      const unlimited = writeBytesPerSecond(workload, machine) === null
      let from = 'host1'
      for (const contender of open) {
        const to = from === 'host1' ? 'host2' : 'host1'
        const place = {
          machine,
          lab: labName,
          guest,
          from,
          to,
          journals,
          longestRunMs: longestRunMs(machine),
          unlimited,
          afterBurstBeganMs: hasPhases(workload) ? afterBurstBeganMs(round, rounds) : null,
        }
        const run = await runOne(place, contender, workload.name, round)
        if (run.outcome === 'completed') from = to
        appendFileSync(file, `${JSON.stringify(run)}\n`)
        if (!isUnharmed(run.guest)) {
          console.error(`THE GUEST WAS HARMED: ${JSON.stringify(run)}`)
          process.exit(1)
        }
        ran++
        left--
        const minutes = ((Date.now() - startedAt) / ran / 60_000) * left
        console.error(
          `${workload.name} · ${contender.name}: ${run.outcome} in ${(run.totalTimeMs / 1000).toFixed(1)} s, stall ${run.longestStallMs} ms (${left} left, about ${minutes.toFixed(0)} min)`,
        )
      }
      // Pages that are rarely written are read once more, after all the moves.
      await waitForSweep(labName, guest, { deadlineMs: sweepDeadlineMs(machine) })
      await removeGuest(labName, guest)
    }
  }
  rmSync(journals, { recursive: true, force: true })
  console.error(`${ran} runs, in ${file}`)
}
