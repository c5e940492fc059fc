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
import type { GuestProgram } from '../guests/guest-program.ts'

/** Debian's packages of the programs that a guest can run, and where each has its binary. */
const packages = {
  redis: { name: 'redis-server', binary: 'usr/bin/redis-server' },
  memcached: { name: 'memcached', binary: 'usr/bin/memcached' },
  tcc: { name: 'tcc', binary: 'usr/bin/tcc' },
} as const satisfies Record<GuestProgram, { readonly name: string; readonly binary: string }>

const loaders = ['usr/lib64/ld-linux-x86-64.so.2', 'lib64/ld-linux-x86-64.so.2']
/** memcached asks for the user that it is to run as. */
const passwd = 'root:x:0:0:root:/:/\n'

/**
 * A program of the release with all that it is linked with, as an archive that goes behind a guest's initramfs (the kernel unpacks
 * several, one after the other). Made where it is missing: some ten seconds, with the network, once.
 */
export async function ensureProgramArchive(
  program: GuestProgram,
  recipe: RootRecipe,
  { progress, signal }: WorkOptions,
): Promise<string> {
  const folder = join(cacheDirectory(), 'programs')
  const file = join(folder, `${program}-1-${recipe.release}.cpio`)
  if (existsSync(file)) return file
  await mkdir(folder, { recursive: true })
  const waiting = {
    waitMs: 900_000,
    signal,
    onWait: (holder: string) => progress(`${holder} is fetching ${program} for the guests: waiting for it`),
  }
  return withLock(`program ${file}`, waiting, async () => {
    if (existsSync(file)) return file
    await ensureMachinePackages(needsOfBuilding, progress, signal)
    const unpacked = `${file}.unpacked`
    await rm(unpacked, { recursive: true, force: true })
    try {
      const mirror = await debianMirror({ progress, signal })
      const command = extractCommand(recipe, [packages[program].name], unpacked, mirror)
      await run(command, { signal, deadlineMs: 300_000, environment: { DEBIAN_FRONTEND: 'noninteractive' } })
      await writeFile(`${file}.new`, cpioArchive(await entriesOf(packages[program].binary, unpacked)))
      await rename(`${file}.new`, file)
    } catch (cause) {
      if (cause instanceof LabError && cause.code === 'aborted') throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new LabError('root-not-built', `a guest's ${program} needs a Debian mirror once; it said: ${why}`, {
        cause,
      })
    } finally {
      await rm(unpacked, { recursive: true, force: true })
    }
    return file
  })
}

async function entriesOf(binary: string, unpacked: string): Promise<readonly CpioEntry[]> {
  const loader = await firstOf(unpacked, loaders)
  // The loader itself names what it would load; nothing of the program runs.
  const listed = await run(['chroot', unpacked, `/${loader}`, '--list', `/${binary}`])
  const from = (path: string): Promise<Buffer> => readFile(join(unpacked, path))
  const entries: CpioEntry[] = [
    { kind: 'folder', path: 'etc' },
    { kind: 'file', path: 'etc/passwd', content: Buffer.from(passwd) },
    { kind: 'folder', path: 'programs' },
    { kind: 'folder', path: 'programs/lib' },
    { kind: 'file', path: 'programs/ld.so', content: await from(loader), executable: true },
    { kind: 'file', path: `programs/${basename(binary)}`, content: await from(binary), executable: true },
  ]
  for (const path of librariesOf(listed))
    entries.push({ kind: 'file', path: `programs/lib/${basename(path)}`, content: await from(path) })
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
