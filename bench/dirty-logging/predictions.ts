// Lost work as it was predicted, with what dirty logging costs and without, beside what the guest's own counters say: one guest under KVM
// moved to and fro by Landfall.
//   node bench/dirty-logging/predictions.ts [--rounds 3] [--out FILE]

import type { MigrationReport } from '@landfall/api'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { carriedBy, forecasts } from '@landfall/core'
import type { Range } from '@landfall/core'
import { addGuest, checkGuest, down, removeGuest, thisMachine, up, waitForProgress } from '@landfall/lab'
import { openStore } from '@landfall/server'
import type { Store } from '@landfall/server'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  rounds: { type: 'string', default: '3' },
  out: { type: 'string' },
  name: { type: 'string', default: 'kvm3' },
  only: { type: 'string', default: '' },
})
const labName = values.name
const name = 'predicted'
const command = fileURLToPath(new URL('../../packages/cli/bin/landfall.mjs', import.meta.url))
const state = mkdtempSync(join(tmpdir(), 'dirty-logging-'))

const guests = [
  { label: 'stamps, max', rewrite: 'stamps', writeRate: 'max' },
  { label: 'mixed, max', rewrite: 'mixed', writeRate: 'max' },
  { label: 'pages, max', rewrite: 'pages', writeRate: 'max' },
  { label: 'stamps, 60MiB', rewrite: 'stamps', writeRate: '60MiB' },
] as const
const intents = {
  'one pause': ['--post-copy', 'never', '--max-pause', '20s'],
  'post-copy': ['--max-pause', '300ms'],
} as const

interface Row {
  readonly guest: string
  readonly intent: keyof typeof intents
  readonly load: number
  readonly strategy: string | null
  readonly outcome: string
  readonly predicted: Range | null
  /** What the same forecast is where dirty logging costs nothing. */
  readonly withoutLogging: Range | null
  readonly actual: number | null
  readonly dirtyLogging: MigrationReport['dirtyLogging'] | null
  readonly totalTimeMs: number | null
  readonly wrongPages: number
}

async function migrate(to: string, hostsFile: string, options: readonly string[]): Promise<MigrationReport> {
  const given = ['migrate', name, '--to', to, '--config', hostsFile, '--json', '--compression', 'never', ...options]
  const env = { ...process.env, LANDFALL_STATE: state }
  const child = spawn(process.execPath, [command, ...given], { stdio: ['ignore', 'pipe', 'ignore'], env })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(child, 'close')
  // What the command prints with --json is a report.
  return JSON.parse(printed) as MigrationReport
}

async function withoutLogging(store: Store, id: string, strategy: string | null): Promise<Range | null> {
  const record = (await store.read(id))?.record
  if (record === undefined) return null
  const free = { microsecondsPerPage: { low: 0, likely: 0, high: 0 }, source: 'assumed' } as const
  const facts = { ...carriedBy(record.facts, record.plan.stream), dirtyLogging: free }
  return forecasts(record.intent, facts).find((each) => each.strategy === strategy)?.lostWorkSeconds ?? null
}

const startedAt = new Date().toISOString()
const loadBefore = loadavg()
await down(labName)
await using lab = await up({ name: labName, link: '800Mbit' })
await using store = openStore(join(state, 'migrations'))
const rows: Row[] = []
const machine = { ...thisMachine(lab.state, 'rom'), loadBefore }
// After each run: what was measured before a run that is stopped is kept.
const keep = (): void => {
  if (values.out === undefined) return
  writeFileSync(values.out, `${JSON.stringify({ startedAt, machine, rows }, null, 1)}\n`)
}
const words = (range: Range | null): string =>
  range === null ? '-' : `${range.likely.toFixed(1)} (${range.low.toFixed(1)} to ${range.high.toFixed(1)})`
for (const { label, ...guest } of guests.filter((each) => each.label.includes(values.only))) {
  await addGuest(labName, { name, guest: 'rom', memory: '1GiB', writeSet: '600MiB', diskWriteRate: '0', ...guest })
  const start = await waitForProgress(labName, name)
  let from = 'host1'
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const intent of ['one pause', 'post-copy'] as const) {
      // Long enough for the usual speed, which the laboratory takes from the seconds before.
      await new Promise((resolve) => setTimeout(resolve, 6000))
      const to = from === 'host1' ? 'host2' : 'host1'
      const report = await migrate(to, lab.hostsFile, intents[intent])
      if (report.outcome === 'completed') from = to
      const { wrongPages } = await checkGuest(labName, name, start.atMonotonicMs)
      const row: Row = {
        guest: label,
        intent,
        load: loadavg()[0] ?? NaN,
        strategy: report.strategy,
        outcome: report.outcome,
        predicted: report.predicted?.lostWorkSeconds ?? null,
        withoutLogging: await withoutLogging(store, report.id, report.strategy),
        actual: report.lostWorkSeconds,
        dirtyLogging: report.dirtyLogging ?? null,
        totalTimeMs: report.totalTimeMs,
        wrongPages,
      }
      rows.push(row)
      keep()
      console.log(
        `${label}, ${intent} (load ${row.load.toFixed(1)}): ${row.strategy} ${row.outcome} in ${((row.totalTimeMs ?? 0) / 1000).toFixed(1)} s; lost ${row.actual?.toFixed(1)} s, predicted ${words(row.predicted)}, without logging ${words(row.withoutLogging)}; ${JSON.stringify(row.dirtyLogging)}; wrong ${wrongPages}`,
      )
    }
  }
  await removeGuest(labName, name)
}
