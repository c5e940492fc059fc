import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { emittedModules } from './emitted-modules.ts'
import type { Manifest } from './published-manifest.ts'
import { moduleOf, publishedManifest } from './published-manifest.ts'

/** What starts a program once it is installed; the checkout has its own, which runs the sources. */
const installedStarter = 'bin/installed.mjs'

export function readManifest(folder: string): Manifest {
  // Of this repository: whoever changes one wrongly is told by the tests that use the packages.
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/**
 * Writes a package as it is published, into a folder that holds nothing else.
 *
 * @param source a package of this repository, after `tsc -b`
 */
export function buildPackage(source: string, built: string, licence: string): void {
  rmSync(built, { recursive: true, force: true })
  const manifest = readManifest(source)
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(built, path)), { recursive: true })
    writeFileSync(join(built, path), text)
  }
  write('package.json', `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)

  // Where suites and examples are compiled as well, src/ is one folder among others.
  const emitted = existsSync(join(source, 'dist/src')) ? join(source, 'dist/src') : join(source, 'dist')
  const read = (path: string): string | null =>
    existsSync(join(emitted, path)) ? readFileSync(join(emitted, path), 'utf8') : null
  const entries = manifest.bin === undefined ? Object.values(manifest.exports ?? {}).map(moduleOf) : ['main']
  for (const [path, text] of emittedModules(entries, read))
    if (manifest.bin === undefined || path.endsWith('.js')) write(join('dist', path), text)

  // What browsers load is built beside the modules.
  const pages = join(source, 'dist/web')
  if (existsSync(pages)) cpSync(pages, join(built, 'dist/web'), { recursive: true })

  for (const starter of Object.values(manifest.bin ?? {}))
    cpSync(join(source, installedStarter), join(built, starter), { recursive: true })
  cpSync(join(source, 'README.md'), join(built, 'README.md'))
  cpSync(licence, join(built, 'LICENSE'))
}
