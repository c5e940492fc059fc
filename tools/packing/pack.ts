// Makes a tarball of every published package, as `npm install` takes it: dist/tarballs/*.tgz
//   npm run pack

import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildPackage } from './build-package.ts'
import { builtFolder, packagesFolder, publishedPackages, repository, tarballsFolder } from './places.ts'

function run(command: string, words: readonly string[]): void {
  const { status, error } = spawnSync(command, words, { cwd: repository, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`${command} failed`, { cause: error })
}

run('tsc', ['-b', ...publishedPackages.map((name) => join(packagesFolder, name))])
run('vite', ['build', '--logLevel', 'warn', join(packagesFolder, 'console')])
rmSync(tarballsFolder, { recursive: true, force: true })
mkdirSync(tarballsFolder, { recursive: true })
const built = publishedPackages.map((name) => join(builtFolder, name))
for (const name of publishedPackages)
  buildPackage(join(packagesFolder, name), join(builtFolder, name), join(repository, 'LICENSE'))
run('npm', ['pack', '--silent', '--pack-destination', tarballsFolder, ...built])
