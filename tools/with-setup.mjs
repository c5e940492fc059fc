#!/usr/bin/env node
// Runs a script of this repository with the Node and the packages that the repository pins.
//
//   node tools/with-setup.mjs SCRIPT [ARGUMENT ...]
//
// Plain JavaScript that an old Node can read: it is what brings the newer one. It installs the npm packages when
// they are missing or older than package-lock.json; a second run finds them there and needs no network.

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldestNode = 24
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const binaries = join(root, 'node_modules', '.bin')
const stamp = join(root, 'node_modules', '.landfall-setup')

const [script, ...scriptArguments] = process.argv.slice(2)
if (script === undefined) {
  console.error('usage: node tools/with-setup.mjs SCRIPT [ARGUMENT ...]')
  process.exit(2)
}

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''
if (installed !== wanted) {
  console.error('set-up: npm packages (npm ci)')
  const result = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) {
    console.error('set-up: npm ci failed. It needs the npm registry once; after that no network is used.')
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}

const ownNode = Number(process.versions.node.split('.')[0])
const node = ownNode >= oldestNode ? process.execPath : join(binaries, 'node')
const child = spawn(node, [script, ...scriptArguments], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` },
})
// A terminal sends Ctrl-C to the child as well: wait for it to tidy up and end with its status.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT') child.kill(signal)
  })
}
child.on('error', (error) => {
  console.error(`set-up: cannot start ${node}: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => {
  process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal])
})
