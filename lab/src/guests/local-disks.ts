import type { HostState, LabState } from '../state.ts'
import { runInside, tryRunInside } from '../hosts/virsh.ts'

/** A storage pool of that directory is on every host, so that files can be made there by libvirt's own calls. */
const pool = { name: 'landfall-local', directory: '/var/lib/landfall-local' }

/** The same on every host, and a file of its own on each. */
export function localDiskPath(guest: string): string {
  return `${pool.directory}/${guest}.raw`
}

const preparePool = `
set -eu
virsh --quiet pool-info "$1" >/dev/null 2>&1 && exit
mkdir -p "$2"
virsh --quiet pool-define-as "$1" dir --target "$2"
virsh --quiet pool-start "$1"
`

/** Makes a guest's local disk on one host, full of content that is neither zero nor compressible, as a used disk is. */
export async function makeLocalDisk(state: LabState, host: HostState, guest: string, bytes: number): Promise<void> {
  for (const each of state.hosts) await runInside(each, ['sh', '-c', preparePool, 'sh', pool.name, pool.directory])
  await runInside(host, ['sh', '-c', 'head -c "$1" /dev/urandom >"$2"', 'sh', String(bytes), localDiskPath(guest)])
}

/** Removes it from every host: a guest that was moved leaves a copy behind. */
export async function removeLocalDisk(state: LabState, guest: string): Promise<void> {
  for (const host of state.hosts) await tryRunInside(host, ['rm', '-f', localDiskPath(guest)])
}
