// Landfall beside everyone else, on one laboratory: every workload moved by every contender, in alternating order.
//
//   npm run bench                                 the core matrix: 8 workloads, 7 contenders, 3 rounds
//   npm run bench -- --rounds 1
//   npm run bench -- --only 'uniform 2 × B' --only landfall
//   npm run bench -- --matrix wide --only 'Nova, defaults'
//
// Every run is appended to its file in bench/results as it ends; a bench that was broken off goes on where it was
// (--file names another). Then: node bench/src/matrix/page.ts writes docs/benchmarks.md.

import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addGuest, down, removeGuest, up, virsh, waitForSweep } from '@landfall/lab'
import { contenders } from './contenders.ts'
import type { Run } from './run.ts'
import { longestRunMs, runOne } from './run-one.ts'
import { guestOf, link, memoryMiB, workloads } from './workloads.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
    matrix: { type: 'string', default: 'core' },
    file: { type: 'string' },
  },
})
const only = values.only ?? []
const wanted = <T extends { readonly name: string; readonly matrix: 'core' | 'wide' }>(
  all: readonly T[],
): readonly T[] => {
  const named = all.filter(({ name }) => only.includes(name))
  return named.length > 0 ? named : all.filter(({ matrix }) => matrix === 'core' || values.matrix === 'wide')
}
const unknown = only.find((name) => ![...contenders, ...workloads].some((each) => each.name === name))
const rounds = Number(values.rounds)
if (unknown !== undefined || !(rounds >= 1) || !['core', 'wide'].includes(values.matrix)) {
  const names = [...workloads, ...contenders].map(({ name }) => `"${name}"`).join(', ')
  console.error(`nothing to run; there are: ${names}; --matrix core or wide; --rounds 1 or more`)
  process.exit(2)
}

const given = values.file ?? `../../results/${values.matrix}/${new Date().toISOString().slice(0, 10)}.jsonl`
const file = values.file ?? fileURLToPath(new URL(given, import.meta.url))
mkdirSync(dirname(file), { recursive: true })
const done = (existsSync(file) ? readFileSync(file, 'utf8') : '')
  .split('\n')
  .filter((line) => line.includes('"contender"'))
  .map((line) => JSON.parse(line) as Run)

const labName = 'bench'
const journals = mkdtempSync(join(tmpdir(), 'landfall-bench-'))
await down(labName)
await using lab = await up({ name: labName, link, progress: (line) => console.error(line) })
const about = {
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    accelerator: lab.state.accelerator,
  },
  hosts: { release: lab.state.release, versions: (await virsh(labName, 'host1', ['version'])).trim().split('\n') },
  memoryMiB,
  link,
  longestRunMs,
  loadBefore: loadavg(),
  startedAt: new Date().toISOString(),
  commit: spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  }).stdout.trim(),
}
appendFileSync(file, `${JSON.stringify(about)}\n`)

const chosenWorkloads = wanted(workloads)
const chosenContenders = wanted(contenders)
const all = rounds * chosenWorkloads.length * chosenContenders.length
const startedAt = Date.now()
let ran = 0
let left = all - done.filter((run) => isWanted(run)).length

function isWanted(run: Run): boolean {
  return (
    run.round < rounds &&
    chosenWorkloads.some(({ name }) => name === run.workload) &&
    chosenContenders.some(({ name }) => name === run.contender)
  )
}

for (let round = 0; round < rounds; round++) {
  for (const workload of chosenWorkloads) {
    // Every other round backwards, so that no contender always follows the same one.
    const order = round % 2 === 0 ? chosenContenders : chosenContenders.toReversed()
    const open = order.filter(
      ({ name }) =>
        !done.some((run) => run.round === round && run.workload === workload.name && run.contender === name),
    )
    if (open.length === 0) continue
    const guest = 'bench1'
    await addGuest(labName, guestOf(workload, guest, 'host1'))
    let from = 'host1'
    for (const contender of open) {
      const to = from === 'host1' ? 'host2' : 'host1'
      const run = await runOne({ lab: labName, guest, from, to, journals }, contender, workload.name, round)
      if (run.outcome === 'completed') from = to
      appendFileSync(file, `${JSON.stringify(run)}\n`)
      const { alive, wrongPages, wrongBlocks, rebooted, kernelMessages } = run.guest
      if (!alive || wrongPages + wrongBlocks > 0 || rebooted || kernelMessages.length > 0) {
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
    await waitForSweep(labName, guest, { deadlineMs: 60_000 })
    await removeGuest(labName, guest)
  }
}

rmSync(journals, { recursive: true, force: true })
console.error(`${ran} runs, in ${file}`)
