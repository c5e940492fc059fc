import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'

import { ensureProgramArchive } from '../root/programs.ts'
import type { GuestProgram } from './guest-program.ts'
import { domainXml } from './domain-xml.ts'
import type { GuestImage } from './domain-xml.ts'
import { LabError } from '../errors.ts'
import { chooseGuestKind } from './guest-kind.ts'
import { guestSpec } from './guest-spec.ts'
import type { GuestRequest, GuestState } from './guest-spec.ts'
import { changeState } from '../lab.ts'
import { localDiskPath, makeLocalDisk, removeLocalDisk } from './local-disks.ts'
import { checkName } from '../names.ts'
import { recordPaths, startRecorder, stopRecorder } from './recorder.ts'
import { rootRecipe } from '../root/root-recipe.ts'
import { removeInstance } from '../nova/instances.ts'
import { requireGuest, requireHost, requireState, writeState } from '../state.ts'
import type { WorkOptions } from '../root/root.ts'
import type { LabState, VolumeState } from '../state.ts'
import { runInside, tryRunInside } from '../hosts/virsh.ts'
import { planVolume, serveVolume, stopVolume } from './volumes.ts'

/**
 * Defines a guest with a volume of its own and starts it. It counts a few seconds later: see `waitForProgress`.
 * `progress` is told what the first guest with a program waits for.
 */
export async function addGuest(
  lab: string,
  request: GuestRequest,
  { progress = () => {}, signal }: Partial<WorkOptions> = {},
): Promise<GuestState> {
  let added: GuestState | undefined
  await changeState(lab, async (state) => {
    const kind = chooseGuestKind(request, state.accelerators)
    const spec = guestSpec({ ...request, guest: kind })
    const paths = recordPaths(lab, spec.name)
    const host = requireHost(state, spec.host)
    if (state.guests.some(({ name }) => name === spec.name))
      throw new LabError('guest-exists', `laboratory "${lab}" has a guest "${spec.name}" already; choose another name`)
    const accelerator = state.accelerators[kind]
    const volume = planVolume(state, `${spec.name}-disk`, spec.volumeBytes)
    const guest: GuestState = {
      ...spec,
      guest: kind,
      accelerator,
      uuid: randomUUID(),
      volume: volume.name,
      progressFile: paths.progressFile,
      consoleFile: paths.consoleFile,
    }
    added = guest
    const planned = { ...state, volumes: [...state.volumes, volume], guests: [...state.guests, guest] }
    writeState(planned)
    try {
      await serveVolume(state, volume)
      await startRecorder(state, spec.name)
      const { machine } = rootRecipe(state.release)
      const { progressSocket, consoleSocket } = paths
      const { uuid } = guest
      const image = await imageOf(state, guest, { progress, signal })
      const localDisk = spec.localDiskBytes === 0 ? null : localDiskPath(spec.name)
      if (localDisk !== null) await makeLocalDisk(state, host, spec.name, spec.localDiskBytes)
      const input = { spec, uuid, accelerator, machine, image, volume, localDisk, progressSocket, consoleSocket }
      await writeFile(paths.definition, domainXml(input))
      await runInside(host, ['virsh', '--quiet', 'define', paths.definition])
      await runInside(host, ['virsh', '--quiet', 'start', spec.name])
    } catch (error) {
      await takeAway(planned, guest, volume)
      writeState(state)
      throw error
    }
    return planned
  })
  if (added === undefined) throw new LabError('guest-unknown', `guest "${request.name}" was not added`)
  return added
}

async function imageOf(
  state: LabState,
  { guest, program }: Pick<GuestState, 'guest' | 'program'>,
  work: WorkOptions,
): Promise<GuestImage> {
  if (guest === 'rom') return { guest, rom: state.rom }
  const initrd = program === null ? state.initrd : await initrdWith(program, state, work)
  return { guest, kernel: state.kernel, initrd }
}

/** Beside the laboratory's own initramfs, with the program's archive behind it; made with the first such guest. */
async function initrdWith(program: GuestProgram, state: LabState, work: WorkOptions): Promise<string> {
  const file = `${state.initrd}-${program}`
  if (existsSync(file)) return file
  const archive = await ensureProgramArchive(program, rootRecipe(state.release), work)
  await writeFile(file, Buffer.concat([await readFile(state.initrd), await readFile(archive)]))
  return file
}

/** Ends a guest wherever it is, with its definition, its volume and its record; an instance through Nova. */
export async function removeGuest(lab: string, name: string): Promise<void> {
  if (requireGuest(requireState(lab), name).isInstance === true) return removeInstance(lab, name)
  await changeState(lab, async (state) => {
    const guest = requireGuest(state, name)
    await takeAway(
      state,
      guest,
      state.volumes.find((volume) => volume.name === guest.volume),
    )
    return {
      ...state,
      guests: state.guests.filter((other) => other !== guest),
      volumes: state.volumes.filter((volume) => volume.name !== guest.volume),
    }
  })
}

/** A volume by itself, for a guest that is defined by hand: `nbd://ADDRESS:PORT/NAME` from every host. */
export async function addVolume(lab: string, name: string, size: string | number): Promise<VolumeState> {
  checkName('volume', name)
  let added: VolumeState | undefined
  await changeState(lab, async (state) => {
    const volume = planVolume(state, name, size)
    added = volume
    const planned = { ...state, volumes: [...state.volumes, volume] }
    writeState(planned)
    try {
      await serveVolume(state, volume)
    } catch (error) {
      await stopVolume(state, volume)
      writeState(state)
      throw error
    }
    return planned
  })
  if (added === undefined) throw new LabError('volume-exists', `volume "${name}" was not added`)
  return added
}

/** Stops serving a volume and deletes it. A guest's own volume goes with `removeGuest`. */
export async function removeVolume(lab: string, name: string): Promise<void> {
  await changeState(lab, async (state) => {
    const volume = state.volumes.find((other) => other.name === name)
    if (volume === undefined) return state
    await stopVolume(state, volume)
    return { ...state, volumes: state.volumes.filter((other) => other !== volume) }
  })
}

async function takeAway(state: LabState, guest: GuestState, volume: VolumeState | undefined): Promise<void> {
  await Promise.all(
    state.hosts.map(async (host) => {
      // Either may have nothing to do on a host where the guest is not.
      await tryRunInside(host, ['virsh', '--quiet', 'destroy', guest.uuid])
      await tryRunInside(host, ['virsh', '--quiet', 'undefine', guest.uuid])
    }),
  )
  if (guest.localDiskBytes > 0) await removeLocalDisk(state, guest.name)
  await stopRecorder(state, guest.name)
  if (volume !== undefined) await stopVolume(state, volume)
  for (const path of Object.values(recordPaths(state.name, guest.name))) await rm(path, { force: true })
}
