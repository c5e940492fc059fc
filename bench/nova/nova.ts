// What Landfall has to show beside a real Nova, case by case, in a laboratory with one. Results are added to results/CASE.json.
//
//   npm run bench:nova -- --case pause --case hopeless --runs 3
//   npm run bench:nova -- --case pause --lab nova        in a laboratory that is up already, which stays up
//   npm run bench:nova -- --case pause --logs FOLDER     keeps what was logged meanwhile, in FOLDER/CASE-N

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { configureNova, down, findLabs, inHost, openLab, removeInstance, setLink, thisMachine, up } from '@landfall/lab'
import type { NovaOptions } from '@landfall/lab'
import type { Case, Shown } from './case.ts'
import { cases } from './cases/cases.ts'
import { instance } from './instance.ts'
import type { Instance } from './instance.ts'
import { LogsKept } from './logs-kept.ts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  case: { type: 'string', multiple: true, default: [] },
  runs: { type: 'string', default: '1' },
  lab: { type: 'string', default: 'nova-bench' },
  logs: { type: 'string' },
})
const runs = Number(values.runs)
const unknown = values.case.filter((name) => !(name in cases))
if (values.case.length === 0 || unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
  console.error(`--case takes one of: ${Object.keys(cases).join(', ')}; --runs a whole number of at least 1`)
  process.exit(2)
}
const lab = values.lab
const say = (line: string): void => console.error(line)
const state = mkdtempSync(join(tmpdir(), 'landfall-bench-'))
process.env['LANDFALL_STATE'] = state

const isOwn = !findLabs().some(({ name }) => name === lab)
if (isOwn) await up({ name: lab, hosts: 2, link: '800Mbit', nova: true, progress: say })
const { hostsFile } = openLab(lab)
let wrong = 0
try {
  for (const name of values.case) {
    const each = cases[name]
    if (each === undefined) continue
    for (let run = 1; run <= runs; run++) {
      const shown = await once(name, each)
      if (!shown.asExpected) wrong++
      console.log(`${name} ${run}/${runs}: ${shown.words}${shown.asExpected ? '' : '  NOT AS EXPECTED'}`)
    }
  }
} finally {
  if (isOwn) await down(lab)
  rmSync(state, { recursive: true, force: true })
}
process.exitCode = wrong === 0 ? 0 : 1

async function once(name: string, each: Case): Promise<Shown> {
  const of = await prepared(each)
  await setLink(lab, each.link)
  const loadBefore = loadavg()
  const at = new Date().toISOString()
  const logged = values.logs === undefined ? null : await LogsKept.begin(lab, of)
  let shown: Shown
  try {
    shown = await each.run(of, hostsFile)
  } catch (error) {
    shown = { asExpected: false, words: `did not end: ${String(error)}`, figures: null }
  }
  keep(name, each, { at, loadBefore, loadAfter: loadavg(), ...shown })
  if (logged !== null && values.logs !== undefined) await logged.into(join(values.logs, name), shown)
  // What was broken may not let go of it: the next run tries again.
  if (each.spoils === true || !shown.asExpected)
    await removeInstance(lab, each.guest.name).catch((error: unknown) => say(`not removed: ${String(error)}`))
  return shown
}

/** The instance of a case, and no other; a busy machine is given a second try, and a third. */
async function prepared(each: Case): Promise<Instance> {
  for (let more = 2; ; more--) {
    try {
      await withOptions(each.options)
      for (const guest of openLab(lab).state.guests)
        if (guest.name !== each.guest.name) await removeInstance(lab, guest.name)
      await setLink(lab, '800Mbit')
      return await instance(lab, each.guest)
    } catch (error) {
      if (more === 0) throw error
      say(`not ready: ${String(error)}; again`)
      if (openLab(lab).state.guests.some((guest) => guest.name === each.guest.name))
        await removeInstance(lab, each.guest.name).catch((cause: unknown) => say(`not removed: ${String(cause)}`))
    }
  }
}

/** What both were given last stands in a file of theirs. */
async function withOptions(options: NovaOptions): Promise<void> {
  const wanted = JSON.stringify(options)
  const mark = '/etc/nova/bench-options.json'
  const found = await Promise.all(
    openLab(lab).state.hosts.map(({ name }) => inHost(lab, name, ['sh', '-c', `cat ${mark} 2>/dev/null || echo '{}'`])),
  )
  if (found.every((text) => text.trim() === wanted)) return
  await configureNova(lab, options)
  for (const { name } of openLab(lab).state.hosts)
    await inHost(lab, name, ['sh', '-c', 'printf %s "$1" >"$2"', 'sh', wanted, mark])
}

function keep(name: string, { what, breaks }: Case, run: unknown): void {
  const folder = new URL('results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const file = new URL(`${name}.json`, folder)
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { runs: unknown[] }).runs : []
  const machine = thisMachine(openLab(lab).state, 'rom')
  writeFileSync(
    file,
    `${JSON.stringify({ what, ...(breaks === true ? { breaks } : {}), machine, runs: [...before, run] }, null, 1)}\n`,
  )
}
