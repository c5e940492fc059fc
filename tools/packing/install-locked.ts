// Installs the tarballs into a folder, with the versions of package-lock.json, as a package for other systems carries them:
//   node tools/packing/install-locked.ts FOLDER

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Lockfile } from './locked-versions.ts'
import { lockedVersions } from './locked-versions.ts'
import { repository, tarballsFolder } from './places.ts'
import { prunePackages } from './prune-packages.ts'

const [folder] = process.argv.slice(2).map((path) => resolve(path))
if (folder === undefined) {
  console.error('usage: node tools/packing/install-locked.ts FOLDER')
  process.exit(2)
}
// Written by npm, in its third format.
const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as Lockfile
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, overrides: lockedVersions(lock) }))
const tarballs = readdirSync(tarballsFolder).map((name) => join(tarballsFolder, name))
const options = ['--prefer-offline', '--ignore-scripts', '--no-package-lock', '--loglevel=error']
const { status, error } = spawnSync('npm', ['install', ...options, ...tarballs], {
  cwd: folder,
  stdio: ['ignore', 2, 2],
})
if (status !== 0) throw new Error('npm install failed', { cause: error })
// What is of this machine, or of npm alone.
for (const name of ['package.json', 'node_modules/.bin', 'node_modules/.package-lock.json'])
  rmSync(join(folder, name), { recursive: true, force: true })
prunePackages(join(folder, 'node_modules'))
// Started with the Node.js that is brought along, and with no other that happens to be there.
const starter = join(folder, 'node_modules/landfall/bin/landfall.mjs')
writeFileSync(starter, readFileSync(starter, 'utf8').replace(/^#!.*\n/, ''))
chmodSync(starter, 0o644)
