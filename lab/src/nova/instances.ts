import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isNotFound } from '@landfall/openstack'
import type { NewServer, OpenStack } from '@landfall/openstack'
import { LabError } from '../errors.ts'
import type { GuestImage } from '../guests/domain-xml.ts'
import { chooseGuestKind } from '../guests/guest-kind.ts'
import type { GuestKind } from '../guests/guest-kind.ts'
import { guestSpec } from '../guests/guest-spec.ts'
import type { GuestRequest, GuestSpec, GuestState } from '../guests/guest-spec.ts'
import { recordPaths, startRecorder, stopRecorder } from '../guests/recorder.ts'
import { tryRunInside } from '../hosts/virsh.ts'
import { planVolume, serveVolume, stopVolume } from '../guests/volumes.ts'
import { changeState } from '../lab.ts'
import { waitFor } from '../machine/wait.ts'
import { rootRecipe } from '../root/root-recipe.ts'
import type { WorkOptions } from '../root/root.ts'
import { requireGuest, requireHost, writeState } from '../state.ts'
import type { LabState, VolumeState } from '../state.ts'
import { openCloud } from './cloud.ts'
import { volumesFile } from './control.ts'
import { emptyImage } from './image.ts'
import { guestsFolder, instanceGuest } from './instance-guest.ts'

/** What it boots from: a volume of its own, or an image that becomes a file of the host. */
type Disk = { readonly volume: VolumeState; readonly volumeId: string } | { readonly imageBytes: number }

/**
 * Boots a guest as a server of the laboratory's Nova, from a volume of its own; with a local disk, from that instead, in a
 * file of the host, which every migration copies. It writes, checks and tells what any guest does; it is Nova's, with all
 * that Nova decides.
 */
export async function addInstance(
  lab: string,
  request: GuestRequest,
  { signal, serverGroupId }: Partial<WorkOptions> & Pick<NewServer, 'serverGroupId'> = {},
): Promise<GuestState> {
  const cloud = await openCloud(lab)
  let added: GuestState | undefined
  await changeState(lab, async (state) => {
    const kind = chooseGuestKind(request, state.accelerators)
    const spec = guestSpec({ ...request, guest: kind })
    requireHost(state, spec.host)
    refuseWhatNovaHasNot(lab, state, spec)
    const accelerator = state.accelerators[kind]
    const { progressSocket, progressFile, consoleFile } = recordPaths(lab, spec.name)
    const disk: Disk =
      spec.localDiskBytes > 0
        ? { imageBytes: spec.localDiskBytes }
        : { volume: planVolume(state, `${spec.name}-disk`, spec.volumeBytes), volumeId: randomUUID() }
    const volume = 'volume' in disk ? disk.volume : undefined
    const planned = { ...state, volumes: [...state.volumes, ...(volume === undefined ? [] : [volume])] }
    writeState(planned)
    try {
      await startRecorder(state, spec.name)
      await mkdir(guestsFolder(lab), { recursive: true })
      const { machine } = rootRecipe(state.release)
      const guest = instanceGuest({ spec, accelerator, machine, image: imageOf(state, kind), progressSocket })
      await writeFile(guestFile(lab, spec.name), JSON.stringify(guest))
      const uuid = await boot(cloud, spec, { ...(await bootSource(state, cloud, disk)), serverGroupId }, signal)
      const volumeName = volume?.name ?? ''
      added = {
        ...spec,
        guest: kind,
        accelerator,
        uuid,
        volume: volumeName,
        isInstance: true,
        progressFile,
        consoleFile,
      }
    } catch (error) {
      for (const server of await cloud.compute.servers.find(spec.name).catch(() => []))
        await destroyed(cloud, server.id)
      await forget(planned, spec.name, volume)
      writeState(state)
      throw error
    }
    return { ...planned, guests: [...state.guests, added] }
  })
  if (added === undefined) throw new LabError('guest-unknown', `instance "${request.name}" was not added`)
  return added
}

const imageOf = ({ rom, kernel, initrd }: LabState, kind: GuestKind): GuestImage =>
  kind === 'rom' ? { guest: kind, rom } : { guest: kind, kernel, initrd }

async function bootSource(
  state: LabState,
  cloud: OpenStack,
  disk: Disk,
): Promise<Pick<NewServer, 'imageId' | 'volumes'>> {
  if ('imageBytes' in disk) return { imageId: await emptyImage(state, cloud, disk.imageBytes) }
  const { volume, volumeId } = disk
  await serveVolume(state, volume)
  await changeVolumes(state.name, (volumes) => ({ ...volumes, [volumeId]: cinderVolume(volume) }))
  return { volumes: [{ id: volumeId }] }
}

/** Deletes it through Nova, with its volume and its record. */
export async function removeInstance(lab: string, name: string): Promise<void> {
  const cloud = await openCloud(lab)
  await changeState(lab, async (state) => {
    const guest = requireGuest(state, name)
    await destroyed(cloud, guest.uuid)
    // One that landed where Nova does not have it runs on, and writes to the volume that the next of that name is given.
    for (const host of state.hosts)
      for (const act of ['destroy', 'undefine']) await tryRunInside(host, ['virsh', act, guest.uuid])
    const volume = state.volumes.find((each) => each.name === guest.volume)
    await forget(state, name, volume)
    return {
      ...state,
      guests: state.guests.filter((other) => other !== guest),
      volumes: state.volumes.filter((other) => other !== volume),
    }
  })
}

function refuseWhatNovaHasNot(lab: string, state: LabState, spec: GuestSpec): void {
  if (state.guests.some(({ name }) => name === spec.name))
    throw new LabError('guest-exists', `laboratory "${lab}" has a guest "${spec.name}" already; choose another name`)
  if (spec.program !== null) throw new LabError('guest-kind-unfit', `an instance has no ${spec.program}: leave it out`)
}

async function boot(
  { compute }: OpenStack,
  spec: GuestSpec,
  source: Pick<NewServer, 'imageId' | 'volumes' | 'serverGroupId'>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const memoryMiB = spec.memoryBytes / 1024 ** 2
  const flavor = `lab-${memoryMiB}-${spec.vcpus}`
  const known = (await compute.flavors.list()).find(({ name }) => name === flavor)
  const { id: flavorId } =
    known ?? (await compute.flavors.create({ name: flavor, memoryMiB, vcpus: spec.vcpus, rootDiskGiB: 0 }))
  const id = await compute.servers.create({
    name: spec.name,
    flavorId,
    ...source,
    networks: 'none',
    host: spec.host,
  })
  const isActive = async (): Promise<boolean> => {
    const { status, fault } = await compute.servers.get(id)
    if (status === 'ERROR')
      throw new LabError('nova-refused', `Nova could not boot ${spec.name}: ${fault?.message ?? 'no reason given'}`)
    return status === 'ACTIVE'
  }
  await waitFor(`Nova to boot ${spec.name}`, isActive, { deadlineMs: 180_000, intervalMs: 500, signal })
  return id
}

async function destroyed({ compute }: OpenStack, id: string): Promise<void> {
  const isGone = async (): Promise<boolean> => {
    try {
      await compute.servers.get(id)
      return false
    } catch (error) {
      if (isNotFound(error)) return true
      throw error
    }
  }
  if (await isGone()) return
  await compute.servers.delete(id)
  await waitFor(`Nova to delete ${id}`, isGone, { deadlineMs: 120_000, intervalMs: 500 })
}

async function forget(state: LabState, name: string, volume: VolumeState | undefined): Promise<void> {
  await stopRecorder(state, name)
  if (volume !== undefined) {
    await stopVolume(state, volume)
    await changeVolumes(state.name, (volumes) =>
      Object.fromEntries(Object.entries(volumes).filter(([, each]) => each.name !== volume.name)),
    )
  }
  for (const path of [...Object.values(recordPaths(state.name, name)), guestFile(state.name, name)])
    await rm(path, { force: true })
}

const guestFile = (lab: string, name: string): string => join(guestsFolder(lab), `${name}.json`)

/** A volume as cinder.py knows it. */
interface CinderVolume {
  readonly name: string
  readonly sizeGiB: number
  readonly connection: Readonly<Record<string, unknown>>
}

const cinderVolume = ({ name, sizeBytes, address, port }: VolumeState): CinderVolume => ({
  name,
  sizeGiB: Math.ceil(sizeBytes / 1024 ** 3),
  connection: { driver_volume_type: 'nbd', name, hosts: [address], ports: [String(port)] },
})

type CinderVolumes = Readonly<Record<string, CinderVolume>>

async function changeVolumes(lab: string, change: (volumes: CinderVolumes) => CinderVolumes): Promise<void> {
  const file = volumesFile(lab)
  const volumes = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as CinderVolumes) : {}
  await writeFile(file, JSON.stringify(change(volumes), null, 2))
}
