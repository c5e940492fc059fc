import { existsSync } from 'node:fs'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { cpioArchive } from './cpio.ts'
import type { CpioEntry } from './cpio.ts'
import { debianMirror } from '../machine/debian-mirror.ts'
import { LabError } from '../errors.ts'
import { withLock } from '../machine/lock.ts'
import { ensureMachinePackages, needsOfBuilding } from '../machine/machine-packages.ts'
import { cacheDirectory } from '../paths.ts'
import { extractCommand } from './root-recipe.ts'
import type { RootRecipe } from './root-recipe.ts'
import type { WorkOptions } from './root.ts'
import { run } from '../machine/run.ts'

const server = 'usr/bin/redis-server'
const loaders = ['usr/lib64/ld-linux-x86-64.so.2', 'lib64/ld-linux-x86-64.so.2']

/**
 * The release's redis-server with all that it is linked with, as an archive that goes behind a guest's initramfs (the
 * kernel unpacks several, one after the other). Made where it is missing: some ten seconds, with the network, once.
 */
export async function ensureDatabaseArchive(recipe: RootRecipe, { progress, signal }: WorkOptions): Promise<string> {
  const file = join(cacheDirectory(), 'databases', `redis-1-${recipe.release}.cpio`)
  if (existsSync(file)) return file
  await mkdir(join(cacheDirectory(), 'databases'), { recursive: true })
  const waiting = {
    waitMs: 900_000,
    signal,
    onWait: (holder: string) => progress(`${holder} is fetching the guests' database: waiting for it`),
  }
  return withLock(`database ${file}`, waiting, async () => {
    if (existsSync(file)) return file
    await ensureMachinePackages(needsOfBuilding, progress, signal)
    const unpacked = `${file}.unpacked`
    await rm(unpacked, { recursive: true, force: true })
    try {
      const mirror = await debianMirror({ progress, signal })
      const command = extractCommand(recipe, ['redis-server'], unpacked, mirror)
      await run(command, { signal, deadlineMs: 300_000, environment: { DEBIAN_FRONTEND: 'noninteractive' } })
      await writeFile(`${file}.new`, cpioArchive(await databaseEntries(unpacked)))
      await rename(`${file}.new`, file)
    } catch (cause) {
      if (cause instanceof LabError && cause.code === 'aborted') throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new LabError('root-not-built', `a guest's database needs a Debian mirror once; it said: ${why}`, { cause })
    } finally {
      await rm(unpacked, { recursive: true, force: true })
    }
    return file
  })
}

async function databaseEntries(unpacked: string): Promise<readonly CpioEntry[]> {
  const loader = await firstOf(unpacked, loaders)
  // The loader itself names what it would load; nothing of the server runs.
  const listed = await run(['chroot', unpacked, `/${loader}`, '--list', `/${server}`])
  const entries: CpioEntry[] = [
    { kind: 'folder', path: 'database' },
    { kind: 'folder', path: 'database/lib' },
    { kind: 'file', path: 'database/ld.so', content: await readFile(join(unpacked, loader)), executable: true },
    { kind: 'file', path: 'database/redis-server', content: await readFile(join(unpacked, server)), executable: true },
  ]
  for (const path of librariesOf(listed))
    entries.push({
      kind: 'file',
      path: `database/lib/${basename(path)}`,
      content: await readFile(join(unpacked, path)),
    })
  return entries
}

/** The files behind the arrows of `ld.so --list`. */
export function librariesOf(listed: string): readonly string[] {
  return [...listed.matchAll(/=> (\/\S+) \(0x/g)].flatMap(([, path]) => path ?? [])
}

async function firstOf(folder: string, paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    const there = await access(join(folder, path)).then(
      () => true,
      () => false,
    )
    if (there) return path
  }
  throw new LabError('root-not-built', `${folder} has none of ${paths.join(', ')}`)
}
