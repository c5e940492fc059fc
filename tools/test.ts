// The whole suite: types, lint, the order of the rooms, format, the fast tests, and the migrations in the laboratory.
// `npm test -- --only lab` runs a single part.

import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

interface Part {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly environment?: Readonly<Record<string, string>>
}

const parts: readonly Part[] = [
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'rooms', command: ['oxlint', '-c', 'rooms.config.ts', '--deny-warnings', 'packages'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  // A writer of files is killed 200 times; 40 times where the fast tests run by themselves.
  { name: 'unit', command: ['vitest', 'run', '--project', 'unit'], environment: { LANDFALL_KILLS: '200' } },
  { name: 'lab', command: ['vitest', 'run', '--project', 'lab'] },
]

/** Why this machine cannot run the laboratory; null where it can. */
function laboratoryIsImpossible(): string | null {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'needs root for namespaces, mounts and shaped links'
  return null
}

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const only = values.only ?? []
for (const name of only) {
  if (!parts.some((part) => part.name === name)) {
    console.error(`no part is called "${name}"; there are: ${parts.map((part) => part.name).join(', ')}`)
    process.exit(2)
  }
}

for (const part of parts) {
  if (only.length > 0 && !only.includes(part.name)) continue
  const obstacle = part.name === 'lab' ? laboratoryIsImpossible() : null
  if (obstacle !== null) {
    if (process.env['CI'] === 'true') {
      console.error(`lab: cannot run: ${obstacle}; with CI=true that is a failure`)
      process.exit(1)
    }
    console.error(`lab: SKIPPED: ${obstacle}`)
    continue
  }
  const startedAt = Date.now()
  console.error(`── ${part.name}: ${part.command.join(' ')}`)
  const [program, ...programArguments] = part.command
  const result = spawnSync(program, programArguments, {
    stdio: 'inherit',
    env: { ...process.env, ...part.environment },
  })
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  if (result.status !== 0) {
    console.error(`── ${part.name}: FAILED after ${seconds} s`)
    process.exit(1)
  }
  console.error(`── ${part.name}: passed in ${seconds} s`)
}
