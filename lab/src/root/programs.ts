import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { cpioArchive } from './cpio.ts'
import type { CpioEntry } from './cpio.ts'
import { entriesOf, postgresEntries } from './program-entries.ts'
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

interface Recipe {
  readonly packages: readonly string[]
  /** What is put into the guest of the unpacked package and of all that it needs. */
  readonly entries: (unpacked: string) => Promise<readonly CpioEntry[]>
}

const recipes: Readonly<Record<GuestProgram, Recipe>> = {
  redis: { packages: ['redis-server'], entries: (unpacked) => entriesOf('usr/bin/redis-server', unpacked) },
  memcached: { packages: ['memcached'], entries: (unpacked) => entriesOf('usr/bin/memcached', unpacked) },
  tcc: { packages: ['tcc'], entries: (unpacked) => entriesOf('usr/bin/tcc', unpacked) },
  // With a shell where programs look for it: initdb begins the server with one.
  postgres: { packages: ['postgresql', 'dash', 'base-files'], entries: postgresEntries },
}

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
      const command = extractCommand(recipe, recipes[program].packages, unpacked, mirror)
      await run(command, { signal, deadlineMs: 300_000, environment: { DEBIAN_FRONTEND: 'noninteractive' } })
      await writeFile(`${file}.new`, cpioArchive(await recipes[program].entries(unpacked)))
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
