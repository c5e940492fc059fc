import { createHash } from 'node:crypto'

import { LabError } from './errors.ts'

export type Release = 'trixie' | 'bookworm'

/** What a host of that Debian release is made of. */
export interface RootRecipe {
  readonly release: Release
  readonly packages: readonly string[]
  /** Names this recipe and no other: a changed recipe is another root. */
  readonly id: string
  /** The newest machine type of the release's QEMU. */
  readonly machine: string
}

const packages = [
  'busybox-static',
  'cpio',
  'gcc',
  'iproute2',
  'kmod',
  'libc6-dev',
  'libvirt-clients',
  'libvirt-daemon-system',
  'linux-image-cloud-amd64',
  'qemu-system-x86',
  'qemu-utils',
]
const machines: Readonly<Record<Release, string>> = { trixie: 'pc-q35-10.0', bookworm: 'pc-q35-7.2' }

export function rootRecipe(release: string): RootRecipe {
  if (release !== 'trixie' && release !== 'bookworm')
    throw new LabError('name-invalid', `"${release}" is no release that hosts are made of; take trixie or bookworm`)
  const text = `recipe=1 release=${release} packages=${packages.join(',')}`
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { release, packages, id: `${release}-${hash}`, machine: machines[release] }
}

/** Documentation and translations, half of the files of a minimal root, are never unpacked. */
export function bootstrapCommand(recipe: RootRecipe, directory: string, mirror: string | null): string[] {
  const excluded = ['doc', 'man', 'locale'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`)
  const options = ['--mode=root', '--variant=minbase', '--aptopt=Acquire::Languages "none"', ...excluded]
  const include = `--include=${recipe.packages.join(',')}`
  return ['mmdebstrap', ...options, include, recipe.release, directory, ...(mirror === null ? [] : [mirror])]
}

/**
 * The Debian mirror in the output of `apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)'`. Null where it
 * is Debian's own or unknown: mmdebstrap then takes that one, with the release's updates and security fixes.
 */
export function chooseMirror(indexTargets: string): string | null {
  for (const line of indexTargets.split('\n')) {
    const [uri = '', origin, label] = line.split(' ')
    const mirror = uri.replace(/\/$/, '')
    if (origin === 'Debian' && label === 'Debian') return mirror === 'http://deb.debian.org/debian' ? null : mirror
  }
  return null
}
