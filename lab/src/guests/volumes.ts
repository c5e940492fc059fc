import { truncate, writeFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { LabError } from '../errors.ts'
import { labPaths } from '../paths.ts'
import { parseSize } from '../quantities.ts'
import type { LabState, VolumeState } from '../state.ts'
import { runInside, tryRunInside } from '../hosts/virsh.ts'

const firstPort = 10809

/** A volume as it will be: a free port on the bridge's address, a sparse file. */
export function planVolume(state: LabState, name: string, size: string | number): VolumeState {
  if (state.volumes.some((volume) => volume.name === name))
    throw new LabError('volume-exists', `laboratory "${state.name}" has a volume "${name}" already`)
  const taken = new Set(state.volumes.map(({ port }) => port))
  let port = firstPort
  while (taken.has(port)) port++
  const file = join(labPaths(state.name).volumes, `${name}.raw`)
  return { name, sizeBytes: parseSize(size), file, address: state.network.hubAddress, port }
}

/** Serves the volume over NBD to every host; several may be connected at once, as in a migration. */
export async function serveVolume(state: LabState, volume: VolumeState): Promise<void> {
  await writeFile(volume.file, '', { flag: 'wx' })
  await truncate(volume.file, volume.sizeBytes)
  const where = ['--bind', volume.address, '--port', String(volume.port), '--export-name', volume.name]
  const how = ['--persistent', '--shared=16', '--fork', '--pid-file', pidFile(volume.name), '--format=raw']
  await runInside(hub(state), ['qemu-nbd', ...where, ...how, volume.file])
}

export async function stopVolume(state: LabState, volume: VolumeState): Promise<void> {
  await endInHub(state, pidFile(volume.name))
  await rm(volume.file, { force: true })
}

/** Ends a process of the hub by its pid file. The hub's PID namespace holds the laboratory's own processes only. */
export async function endInHub(state: LabState, file: string): Promise<void> {
  const script =
    'if read -r pid <"$1"; then kill "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done; rm "$1"; fi'
  await tryRunInside(hub(state), ['sh', '-c', script, 'sh', file], { deadlineMs: 10_000 })
}

export const hub = (state: LabState) => ({ name: 'hub', holder: state.hub.holder })

const pidFile = (volume: string): string => `/run/landfall/volume-${volume}.pid`
