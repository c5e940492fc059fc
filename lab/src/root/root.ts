import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { debianMirror } from '../machine/debian-mirror.ts'
import { LabError } from '../errors.ts'
import { withLock } from '../machine/lock.ts'
import { ensureMachinePackages, needsOfBuilding } from '../machine/machine-packages.ts'
import { cacheDirectory } from '../paths.ts'
import { bootstrapCommand } from './root-recipe.ts'
import type { RootRecipe } from './root-recipe.ts'
import { run } from '../machine/run.ts'

export interface WorkOptions {
  readonly progress: (line: string) => void
  readonly signal: AbortSignal | undefined
}

/** A root's own account of itself. It is written last: a folder without it is not a root. */
interface RootLabel {
  readonly id: string
  readonly versions: Readonly<Record<string, string>>
}

const labelFile = 'etc/landfall-root.json'

/** The folder of the cached root, which is built where it is missing: about a minute, with the network, once. */
export async function ensureRoot(recipe: RootRecipe, { progress, signal }: WorkOptions): Promise<string> {
  const roots = join(cacheDirectory(), 'roots')
  const directory = join(roots, recipe.id)
  if (await isRoot(directory, recipe)) return directory
  await mkdir(roots, { recursive: true })
  const waiting = {
    waitMs: 2_700_000,
    signal,
    onWait: (holder: string) => progress(`${holder} is building the ${recipe.release} root: waiting for it`),
  }
  return withLock(`root ${directory}`, waiting, async () => {
    if (await isRoot(directory, recipe)) return directory
    await ensureMachinePackages(needsOfBuilding, progress, signal)
    await buildRoot(recipe, directory, { progress, signal })
    return directory
  })
}

async function buildRoot(recipe: RootRecipe, directory: string, { progress, signal }: WorkOptions): Promise<void> {
  progress(`building the Debian ${recipe.release} root of the hosts (once; ${recipe.packages.length} packages)`)
  const building = `${directory}.building`
  // What an interrupted builder left is worth nothing; nobody else can be at it, as the lock is held.
  await rm(building, { recursive: true, force: true })
  try {
    const mirror = await debianMirror({ progress, signal })
    await run(bootstrapCommand(recipe, building, mirror), {
      signal,
      // A root with OpenStack in it takes ten minutes on a busy machine.
      deadlineMs: 2_700_000,
      // Guests boot from an initramfs of their own: Debian's would take half a minute to make.
      environment: { INITRD: 'No', DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (line) => {
        if (line.startsWith('I: ')) progress(`  ${line.slice(3)}`)
      },
    })
    const label: RootLabel = { id: recipe.id, versions: await versionsIn(building, recipe, signal) }
    await writeFile(join(building, labelFile), `${JSON.stringify(label, null, 2)}\n`)
    await rm(directory, { recursive: true, force: true })
    await rename(building, directory)
  } catch (cause) {
    await rm(building, { recursive: true, force: true })
    if (cause instanceof LabError && cause.code !== 'command-failed') throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new LabError('root-not-built', `the hosts' root needs a Debian mirror once; it said: ${why}`, { cause })
  }
  progress(`the root is ready: ${directory}`)
}

async function isRoot(directory: string, recipe: RootRecipe): Promise<boolean> {
  const file = join(directory, labelFile)
  if (!existsSync(file)) return false
  try {
    const label = JSON.parse(await readFile(file, 'utf8')) as RootLabel
    return label.id === recipe.id && recipe.packages.every((name) => label.versions[name] !== undefined)
  } catch {
    return false
  }
}

async function versionsIn(
  root: string,
  recipe: RootRecipe,
  signal: AbortSignal | undefined,
): Promise<Record<string, string>> {
  const format = '${Package} ${Version}\\n'
  const text = await run(['chroot', root, 'dpkg-query', '-W', '-f', format, ...recipe.packages], { signal })
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [name = '', version = ''] = line.split(' ')
        return [name, version] as const
      }),
  )
}
