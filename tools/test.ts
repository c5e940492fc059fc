// The whole suite: types, lint, the order of the rooms, format, the fast tests, and the migrations in the laboratory.
// `npm test -- --only lab` runs a single part.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'

interface Part {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** Runs beside the part after it; what it prints is shown at its end. */
  readonly beside?: true
}

const parts: readonly Part[] = [
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'rooms', command: ['oxlint', '-c', 'rooms.config.ts', '--deny-warnings', 'packages'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'], beside: true },
  // The store on a real PostgreSQL, whose set-up installs Debian's package where it is missing.
  {
    name: 'postgres',
    command: ['vitest', 'run', '--project', 'postgres'],
    beside: true,
  },
  { name: 'unit', command: ['vitest', 'run', '--project', 'unit'] },
  // By itself: guests that get no processor write nothing, and look as if they rested.
  { name: 'lab', command: ['vitest', 'run', '--project', 'lab'] },
]

/** Why this machine cannot run the laboratory; null where it can. */
function laboratoryIsImpossible(): string | null {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'needs root for namespaces, mounts and shaped links'
  return null
}

/** Why what a part needs is not here and cannot be installed; null where it is, or can be. */
function obstacleTo(part: string): string | null {
  if (part === 'postgres' && existsSync('/usr/lib/postgresql')) return null
  return part === 'lab' || part === 'postgres' ? laboratoryIsImpossible() : null
}

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const only = values.only ?? []
for (const name of only) {
  if (!parts.some((part) => part.name === name)) {
    console.error(`no part is called "${name}"; there are: ${[...new Set(parts.map((part) => part.name))].join(', ')}`)
    process.exit(2)
  }
}

const children = new Set<ChildProcess>()

/** Runs it to its end; whether it passed. */
async function passes({ name, command: [program, ...words], beside }: Part): Promise<boolean> {
  const startedAt = Date.now()
  console.error(`── ${name}: ${[program, ...words].join(' ')}`)
  const child = spawn(program, words, {
    stdio: beside === true ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  })
  children.add(child)
  const printed: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => printed.push(bytes))
  // A program that is not there is a part that failed: the others are waited for.
  child.on('error', (error) => console.error(error.message))
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  children.delete(child)
  process.stderr.write(Buffer.concat(printed))
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  console.error(`── ${name}: ${status === 0 ? 'passed in' : 'FAILED after'} ${seconds} s`)
  return status === 0
}

/** Whether it is to run; ends the program where it has to and cannot. */
function isWanted({ name }: Part): boolean {
  if (only.length > 0 && !only.includes(name)) return false
  const obstacle = obstacleTo(name)
  if (obstacle === null) return true
  if (process.env['CI'] === 'true') {
    console.error(`${name}: cannot run: ${obstacle}; with CI=true that is a failure`)
    process.exit(1)
  }
  console.error(`${name}: SKIPPED: ${obstacle}`)
  return false
}

// Ctrl-C reaches the parts by itself: they take down what they made, and are waited for.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => {
  for (const child of children) child.kill('SIGTERM')
})

let running: Promise<boolean>[] = []
for (const part of parts.filter(isWanted)) {
  running.push(passes(part))
  if (part.beside === true) continue
  const results = await Promise.all(running)
  running = []
  if (results.includes(false)) process.exit(1)
}
if ((await Promise.all(running)).includes(false)) process.exit(1)
