import { createHash } from 'node:crypto'

import { LabError } from '../errors.ts'

/** Debian 12, 13 and the one after: libvirt 9.0, 11.3, 12; QEMU 7.2, 10.0, 11. */
export type Release = 'bookworm' | 'trixie' | 'forky'

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
  'libsasl2-modules',
  'libvirt-clients',
  'libvirt-daemon-system',
  'linux-image-cloud-amd64',
  'netcat-openbsd',
  'openssh-server',
  'qemu-system-x86',
  'qemu-utils',
  'sasl2-bin',
]
const machines = { bookworm: 'pc-q35-7.2', trixie: 'pc-q35-10.0', forky: 'pc-q35-11.0' } as const satisfies Record<
  Release,
  string
>

/** What a host of Nova's has besides, and the hub with its control plane; the services are started by the laboratory itself. */
const novaPackages = [
  'glance-common',
  'mariadb-client-core',
  'mariadb-server-core',
  'nova-common',
  'nova-conductor',
  'nova-scheduler',
  'python3-glance',
  'python3-keystone',
  'python3-libvirt',
  'python3-nova',
  'python3-openstackclient',
  'python3-osc-placement',
  'python3-placement',
  'rabbitmq-server',
  'rsync',
  'uwsgi-plugin-python3',
]

/** Debian 13 has Nova 31. Others are not tried. */
const novaRelease: Release = 'trixie'

export function rootRecipe(
  release: string,
  { nova = false }: { readonly nova?: boolean | undefined } = {},
): RootRecipe {
  const recipe = hostRecipe(release)
  if (!nova) return recipe
  if (recipe.release !== novaRelease)
    throw new LabError('name-invalid', `Nova runs on hosts of ${novaRelease}, not of ${release}; leave --release out`)
  return recipeOf(recipe.release, [...packages, ...novaPackages])
}

function hostRecipe(release: string): RootRecipe {
  if (!isRelease(release))
    throw new LabError('name-invalid', `"${release}" is no release of hosts; take ${Object.keys(machines).join(', ')}`)
  return recipeOf(release, packages)
}

function recipeOf(release: Release, wanted: readonly string[]): RootRecipe {
  const text = `recipe=1 release=${release} packages=${wanted.join(',')}`
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { release, packages: wanted, id: `${release}-${hash}`, machine: machines[release] }
}

function isRelease(release: string): release is Release {
  return Object.hasOwn(machines, release)
}

/**
 * Documentation and translations, half of the files of a minimal root, are never unpacked. A mirror frozen at some day
 * serves as well as any: signatures are checked, their age is not.
 */
export function bootstrapCommand(recipe: RootRecipe, directory: string, mirror: string | null): string[] {
  return mmdebstrap('minbase', recipe.release, recipe.packages, directory, mirror)
}

/** Unpacks packages of the release, and those that they need, into a folder of their own; nothing in it is set up. */
export function extractCommand(
  { release }: RootRecipe,
  wanted: readonly string[],
  directory: string,
  mirror: string | null,
): string[] {
  return mmdebstrap('extract', release, wanted, directory, mirror)
}

function mmdebstrap(
  variant: 'minbase' | 'extract',
  release: Release,
  wanted: readonly string[],
  directory: string,
  mirror: string | null,
): string[] {
  const excluded = ['doc', 'man', 'locale'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`)
  const apt = ['--aptopt=Acquire::Languages "none"', '--aptopt=Acquire::Check-Valid-Until "false"']
  const options = ['--mode=root', `--variant=${variant}`, ...apt, ...excluded]
  return ['mmdebstrap', ...options, `--include=${wanted.join(',')}`, release, directory, ...(mirror ? [mirror] : [])]
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
