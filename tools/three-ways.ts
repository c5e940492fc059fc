// The suite of the command line three ways: each command by itself, by a service on SQLite, and by one on PostgreSQL.
//   npm run test:three-ways -- [--way in-process] [FILE...]

import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const files = [
  'surface',
  'bad-input',
  'refusal',
  'intent',
  'nova-preset',
  'cold',
  'early-switchover',
  'quiet-guest',
  'compression',
  'local-disk',
].map((name) => `lab/suite/${name}.test.ts`)

const ways: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'in-process': {},
  sqlite: { LANDFALL_SUITE_SERVER: 'sqlite' },
  postgres: { LANDFALL_SUITE_SERVER: 'postgres' },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { way: { type: 'string', multiple: true, default: Object.keys(ways) } },
})
const failed: string[] = []
for (const way of values.way) {
  const environment = ways[way]
  if (environment === undefined) throw new Error(`--way takes ${Object.keys(ways).join(', ')}`)
  console.error(`\n${way}`)
  const { status } = spawnSync(
    'vitest',
    ['run', '--project', 'lab', ...(positionals.length > 0 ? positionals : files)],
    { stdio: 'inherit', env: { ...process.env, LANDFALL_SUITE: 'three-ways', ...environment } },
  )
  if (status !== 0) failed.push(way)
}
console.error(
  failed.length === 0 ? `\nas it should be: ${values.way.join(', ')}` : `\nnot as it should be: ${failed.join(', ')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1
