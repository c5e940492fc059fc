import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { chooseAccelerator } from './accelerator.ts'
import { buildArtifacts, installArtifacts } from './artifacts.ts'
import { mountedHierarchies } from './cgroups.ts'
import { cleanUp } from './cleanup.ts'
import { LabError } from './errors.ts'
import { hostFiles } from './host-files.ts'
import { startHolder, lastLines } from './holder.ts'
import { hostsFileText } from './hosts-file.ts'
import { acquireLock } from './lock.ts'
import { ensureMachinePackages, needsOfRunning } from './machine-packages.ts'
import { machineWideName } from './names.ts'
import { chooseSubnet, hostAddress, hubAddress, machineAddress } from './network-plan.ts'
import { buildHubNetwork, connectHost, machineNetworks, shapeLink } from './network.ts'
import { labPaths } from './paths.ts'
import { isAlive, machineBootId } from './processes.ts'
import { parseLinkRate } from './quantities.ts'
import { rootRecipe } from './root-recipe.ts'
import { ensureRoot } from './root.ts'
import { knownLabs, readState, requireState, writeState } from './state.ts'
import type { HostState, LabState } from './state.ts'
import { waitFor } from './wait.ts'

export interface UpOptions {
  /** `default` unless told; several laboratories by different names may be up at once. */
  readonly name?: string
  /** How many; 2 unless told. */
  readonly hosts?: number
  /** Rate of each host's link: `800Mbit` (the default), `2Gbit`, or `none`. */
  readonly link?: string
  /** Debian release of the hosts; trixie unless told. */
  readonly release?: string
  readonly progress?: (line: string) => void
  readonly signal?: AbortSignal
}

/** A laboratory that is up. Disposing of it takes it down. */
export interface Lab extends AsyncDisposable {
  readonly name: string
  readonly directory: string
  readonly hostsFile: string
  readonly state: LabState
}

const initProgram = (name: string): Promise<string> => readFile(new URL(`../root/${name}.sh`, import.meta.url), 'utf8')

/**
 * Raises hosts on this machine. Cleans first what a laboratory of that name left in a crash; rejects with
 * `lab-already-up` where one lives. A failure, or an aborted signal, leaves nothing behind.
 */
export async function up(options: UpOptions = {}): Promise<Lab> {
  const { name = 'default', progress = () => {}, signal } = options
  const hostCount = options.hosts ?? 2
  const linkBitsPerSecond = parseLinkRate(options.link ?? '800Mbit')
  const recipe = rootRecipe(options.release ?? 'trixie')
  const paths = labPaths(name)
  if (!Number.isInteger(hostCount) || hostCount < 1 || hostCount > 64)
    throw new LabError('quantity-invalid', `${hostCount} hosts are not possible; take 1 to 64`)
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new LabError('machine-unsuitable', 'a laboratory needs Linux and root, for namespaces and mounts')

  await using _lock = await acquireLock(`laboratory ${paths.directory}`, { signal })
  await refuseLiveLab(name)
  await ensureMachinePackages(needsOfRunning, progress, signal)
  const root = await ensureRoot(recipe, { progress, signal })
  const artifacts = await buildArtifacts(recipe, root, { progress, signal })
  progress(`starting ${hostCount} hosts`)
  await cleanUp(name)
  try {
    const accelerator = chooseAccelerator(root, artifacts, { progress, signal })
    // Awaited below; a failure before that must not go unheard as an unhandled rejection.
    accelerator.catch(() => {})
    const wide = machineWideName(paths.directory)
    for (const directory of [paths.boot, paths.serial, paths.records, paths.volumes])
      await mkdir(directory, { recursive: true })
    const { kernel, initrd } = await installArtifacts(artifacts, paths)
    const hierarchies = mountedHierarchies()
    let state: LabState
    {
      // Until the address is on the interface, another laboratory could choose the same subnet.
      await using _subnetLock = await acquireLock('choice of a subnet', { waitMs: 30_000, signal })
      const taken = knownLabs().flatMap((other) => readState(other)?.network.prefix ?? [])
      const subnet = chooseSubnet(await machineNetworks(), taken)
      const hosts = Array.from({ length: hostCount }, (_, i) =>
        plannedHost(paths.hosts, `host${i + 1}`, hostAddress(subnet, i + 1)),
      )
      state = {
        version: 1,
        name,
        directory: paths.directory,
        phase: 'starting',
        release: recipe.release,
        root,
        machineBootId: machineBootId(),
        createdAtMs: Date.now(),
        machineWideName: wide,
        network: { prefix: subnet.prefix, hubAddress: hubAddress(subnet), machineAddress: machineAddress(subnet) },
        linkBitsPerSecond,
        accelerator: 'tcg',
        kernel,
        initrd,
        hub: { directory: paths.hub, holder: null },
        hosts,
        volumes: [],
        guests: [],
      }
      writeState(state)
      const hub = await startHolder({
        name: 'hub',
        root,
        directory: paths.hub,
        group: `${wide}/hub`,
        binds: [paths.shared, paths.records, paths.volumes],
        files: { 'opt/landfall/init': await initProgram('init-hub') },
        hierarchies,
        signal,
      })
      state = { ...state, hub: { ...state.hub, holder: hub } }
      writeState(state)
      await buildHubNetwork(hub.pid, subnet, wide, signal)
    }
    const started = await Promise.all(
      state.hosts.map(async (host): Promise<HostState> => {
        const files = hostFiles({
          name: host.name,
          address: host.address,
          uuid: host.uuid,
          hosts: state.hosts,
          subnet: state.network,
          initProgram: await initProgram('init-host'),
        })
        const holder = await startHolder({
          name: host.name,
          root,
          directory: host.directory,
          group: `${wide}/${host.name}`,
          binds: [paths.shared],
          files,
          hierarchies,
          signal,
        })
        const hubPid = state.hub.holder?.pid ?? 0
        await connectHost(hubPid, { ...host, pid: holder.pid }, linkBitsPerSecond, signal)
        await writeFile(join(host.directory, 'run/landfall/network'), '')
        return { ...host, holder }
      }),
    )
    state = { ...state, hosts: started }
    writeState(state)
    await Promise.all(started.map((host) => hostReady(host, signal)))
    state = { ...state, accelerator: await accelerator, phase: 'up' }
    await writeFile(paths.hostsFile, hostsFileText(state))
    writeState(state)
    progress(`laboratory "${name}" is up: ${started.map((host) => `${host.name} ${host.address}`).join(', ')}`)
    return labOf(state)
  } catch (error) {
    await cleanUp(name)
    throw error
  }
}

/** Takes a laboratory down, with everything in it. One that is not there is down already. */
export async function down(name = 'default', options: { readonly signal?: AbortSignal } = {}): Promise<void> {
  const { directory } = labPaths(name)
  await using _lock = await acquireLock(`laboratory ${directory}`, { waitMs: 60_000, signal: options.signal })
  await cleanUp(name)
}

/** The handle of a laboratory that is up already, from this process or another. */
export function openLab(name = 'default'): Lab {
  return labOf(requireState(name))
}

/** Changes the rate of every host's link while it is in use: `800Mbit`, `2Gbit`, `none`. */
export async function setLink(name: string, link: string): Promise<void> {
  const linkBitsPerSecond = parseLinkRate(link)
  await changeState(name, async (state) => {
    const hubPid = state.hub.holder?.pid ?? 0
    await Promise.all(
      state.hosts.map((host) =>
        shapeLink(hubPid, { name: host.name, pid: host.holder?.pid ?? 0 }, linkBitsPerSecond, undefined),
      ),
    )
    const changed = { ...state, linkBitsPerSecond }
    await writeFile(labPaths(name).hostsFile, hostsFileText(changed))
    return changed
  })
}

/** Changes a laboratory's state, one process at a time. */
export async function changeState(name: string, change: (state: LabState) => Promise<LabState>): Promise<LabState> {
  const { directory } = labPaths(name)
  await using _lock = await acquireLock(`laboratory ${directory}`, { waitMs: 120_000 })
  const changed = await change(requireState(name))
  writeState(changed)
  return changed
}

/** Whether the hub and all hosts of that state still run. */
export function isUp(state: LabState): boolean {
  if (state.phase !== 'up' || state.machineBootId !== machineBootId()) return false
  return [state.hub, ...state.hosts].every(({ holder }) => holder !== null && isAlive(holder))
}

function labOf(state: LabState): Lab {
  return {
    name: state.name,
    directory: state.directory,
    hostsFile: labPaths(state.name).hostsFile,
    state,
    [Symbol.asyncDispose]: () => down(state.name),
  }
}

async function refuseLiveLab(name: string): Promise<void> {
  let state: LabState | null
  try {
    state = readState(name)
  } catch {
    // Unreadable: it is cleaned up by its names.
    return
  }
  if (state !== null && isUp(state))
    throw new LabError('lab-already-up', `laboratory "${name}" is up; take it down first, or choose another name`)
}

function plannedHost(hostsDirectory: string, name: string, address: string): HostState {
  const directory = join(hostsDirectory, name)
  const unixSocket = join(directory, 'run/libvirt/libvirt-sock')
  return {
    name,
    address,
    uuid: randomUUID(),
    directory,
    unixSocket,
    unixUri: `qemu+unix:///system?socket=${unixSocket}`,
    tcpUri: `qemu+tcp://${address}/system`,
    peerUri: `qemu+tcp://${name}/system`,
    holder: null,
  }
}

async function hostReady(host: HostState, signal: AbortSignal | undefined): Promise<void> {
  const seen = async (file: string): Promise<boolean> =>
    readFile(join(host.directory, 'run/landfall', file)).then(
      () => true,
      () => false,
    )
  await waitFor(
    `libvirtd of ${host.name}`,
    async () => {
      if (await seen('failed')) {
        const why = lastLines(host.directory)
        throw new LabError('machine-unsuitable', `libvirtd of ${host.name} did not start: ${why}`)
      }
      return seen('ready')
    },
    { deadlineMs: 30_000, signal },
  )
}
