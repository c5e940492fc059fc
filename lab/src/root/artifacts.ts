import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import { cpioArchive } from './cpio.ts'
import type { CpioEntry } from './cpio.ts'
import { LabError } from '../errors.ts'
import { modulesToLoad } from './kernel-modules.ts'
import { withLock } from '../machine/lock.ts'
import { cacheDirectory } from '../paths.ts'
import type { LabPaths } from '../paths.ts'
import type { RootRecipe } from './root-recipe.ts'
import type { WorkOptions } from './root.ts'
import { run } from '../machine/run.ts'

/** A cached folder with the guests' kernel, initramfs and ROM and the recorder, made with a root's own compiler. */
export type ArtifactsFolder = string

const modules = ['virtio_blk', 'button', 'evdev']
const sources = ['linux', 'rom', 'recorder'] as const
// Mounted in a namespace of the shell's own: the cached root stays as it is, and the mount ends with the shell.
const compile = `
set -eu
mount --make-rprivate /
mount --bind "$2" "$1/mnt"
chroot "$1" sh -c 'gcc -std=gnu17 -O2 -Wall -Wextra -Werror -static -pthread -o /mnt/init /mnt/linux/*.c'
chroot "$1" gcc -std=gnu17 -O2 -Wall -Wextra -Werror -static -o /mnt/recorder-program /mnt/recorder/recorder.c
chroot "$1" sh /mnt/rom/build.sh /mnt/rom /mnt/rom.bin
`

/** Compiles the guest's program and makes its initramfs; cached by the content of the sources. */
export async function buildArtifacts(
  recipe: RootRecipe,
  root: string,
  { progress, signal }: WorkOptions,
): Promise<ArtifactsFolder> {
  const files = await sourceFiles()
  const hash = createHash('sha256').update(`artifacts=2 ${recipe.id} ${compile} ${modules.join(' ')}`)
  for (const { path, text } of files) hash.update(path).update(text)
  const folder = join(cacheDirectory(), 'guests', `${recipe.id}-${hash.digest('hex').slice(0, 12)}`)
  if (existsSync(folder)) return folder
  return withLock(`guest ${folder}`, { waitMs: 120_000, signal }, async () => {
    if (existsSync(folder)) return folder
    progress("compiling the guests' program")
    const building = `${folder}.building`
    await rm(building, { recursive: true, force: true })
    for (const { path, text } of files) {
      await mkdir(dirname(join(building, path)), { recursive: true })
      await writeFile(join(building, path), text)
    }
    await run(['unshare', '--mount', 'sh', '-c', compile, 'sh', root, building], { signal })
    const version = await kernelVersion(root)
    await copyFile(join(root, 'boot', `vmlinuz-${version}`), join(building, 'vmlinuz'))
    await writeFile(join(building, 'initrd'), await initramfs(root, version, await readFile(join(building, 'init'))))
    await rename(building, folder)
    return folder
  })
}

async function sourceFiles(): Promise<readonly { readonly path: string; readonly text: Buffer }[]> {
  const files: { path: string; text: Buffer }[] = []
  for (const folder of sources) {
    const place = fileURLToPath(new URL(`../../guest/${folder}/`, import.meta.url))
    const entries = await readdir(place, { recursive: true, withFileTypes: true })
    for (const path of entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort())
      files.push({ path: join(folder, relative(place, path)), text: await readFile(path) })
  }
  return files
}

/** Puts them where every host and the machine see them at the same path. */
export async function installArtifacts(
  folder: ArtifactsFolder,
  paths: Pick<LabPaths, 'boot'>,
): Promise<{ readonly kernel: string; readonly initrd: string; readonly rom: string; readonly recorder: string }> {
  const installed = async (name: string, as = name): Promise<string> => {
    const target = join(paths.boot, as)
    await copyFile(join(folder, name), target, constants.COPYFILE_FICLONE)
    return target
  }
  return {
    kernel: await installed('vmlinuz'),
    initrd: await installed('initrd'),
    rom: await installed('rom.bin'),
    recorder: await installed('recorder-program', 'recorder'),
  }
}

async function kernelVersion(root: string): Promise<string> {
  const versions = (await readdir(join(root, 'lib/modules'))).sort()
  const newest = versions.at(-1)
  if (newest === undefined) throw new LabError('root-not-built', `${root} has no kernel; remove it and try again`)
  return newest
}

async function initramfs(root: string, version: string, init: Buffer): Promise<Buffer> {
  const directory = join(root, 'lib/modules', version)
  const files = modulesToLoad(await readFile(join(directory, 'modules.dep'), 'utf8'), modules)
  const entries: CpioEntry[] = [
    { kind: 'folder', path: 'dev' },
    { kind: 'device', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'folder', path: 'modules' },
    { kind: 'file', path: 'init', content: init, executable: true },
  ]
  for (const [i, file] of files.entries()) {
    const suffix = basename(file).replace(/^[^.]*\./, '')
    const path = `modules/${String(i).padStart(2, '0')}.${suffix}`
    entries.push({ kind: 'file', path, content: await readFile(join(directory, file)) })
  }
  return cpioArchive(entries)
}
