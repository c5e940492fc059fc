import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { chooseAccelerator } from './accelerator.ts'
import { buildArtifacts, installArtifacts } from './artifacts.ts'
import type { ArtifactsFolder } from './artifacts.ts'
import type { CgroupHierarchy } from './cgroup-hierarchies.ts'
import { mountedHierarchies } from './cgroups.ts'
import { cleanUp } from './cleanup.ts'
import { LabError } from './errors.ts'
import { hostFiles } from './host-files.ts'
import { hostReady } from './host-ready.ts'
import { startHolder } from './holder.ts'
import { hostsFileText } from './hosts-file.ts'
import { withLock } from './lock.ts'
import { ensureMachinePackages, needsOfRunning } from './machine-packages.ts'
import { machineWideName } from './names.ts'
import { chooseSubnet, hostAddress, hubAddress, machineAddress } from './network-plan.ts'
import { buildHubNetwork, connectHost, machineNetworks, shapeLink } from './network.ts'
import { labPaths } from './paths.ts'
import type { LabPaths } from './paths.ts'
import { isAlive, machineBootId } from './processes.ts'
import { parseLinkRate } from './quantities.ts'
import { rootRecipe } from './root-recipe.ts'
import type { RootRecipe } from './root-recipe.ts'
import { ensureRoot } from './root.ts'
import { knownLabs, readState, requireState, writeState } from './state.ts'
import type { HostState, LabState } from './state.ts'

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
  const plan = checkedPlan(options)
  const { signal } = plan
  return withLock(`laboratory ${plan.paths.directory}`, { signal }, async () => {
    await refuseLiveLab(plan.name)
    await ensureMachinePackages(needsOfRunning, plan.progress, signal)
    const root = await ensureRoot(plan.recipe, plan)
    const artifacts = await buildArtifacts(plan.recipe, root, plan)
    plan.progress(`starting ${plan.hostCount} ${plan.hostCount === 1 ? 'host' : 'hosts'}`)
    await cleanUp(plan.name)
    const failed = new AbortController()
    const trialSignal = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
    const accelerator = chooseAccelerator(root, artifacts, { progress: plan.progress, signal: trialSignal })
    // Awaited below, or not at all when something else fails first.
    accelerator.catch(() => {})
    try {
      const withHub = await startHub(plan, root, artifacts)
      const withHosts = await startHosts(plan, withHub)
      const state: LabState = { ...withHosts, accelerator: await accelerator, phase: 'up' }
      await writeFile(plan.paths.hostsFile, hostsFileText(state))
      writeState(state)
      plan.progress(
        `laboratory "${plan.name}" is up: ${state.hosts.map((host) => `${host.name} ${host.address}`).join(', ')}`,
      )
      return labOf(state)
    } catch (error) {
      failed.abort()
      await accelerator.catch(() => {})
      await cleanUp(plan.name)
      throw error
    }
  })
}

interface Plan {
  readonly name: string
  readonly paths: LabPaths
  readonly hostCount: number
  readonly linkBitsPerSecond: number | null
  readonly recipe: RootRecipe
  readonly hierarchies: readonly CgroupHierarchy[]
  readonly progress: (line: string) => void
  readonly signal: AbortSignal | undefined
}

function checkedPlan(options: UpOptions): Plan {
  const { name = 'default', hosts: hostCount = 2, progress = () => {}, signal } = options
  if (!Number.isInteger(hostCount) || hostCount < 1 || hostCount > 64)
    throw new LabError('quantity-invalid', `${hostCount} hosts are not possible; take 1 to 64`)
  const plan = {
    name,
    paths: labPaths(name),
    hostCount,
    linkBitsPerSecond: parseLinkRate(options.link ?? '800Mbit'),
    recipe: rootRecipe(options.release ?? 'trixie'),
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new LabError('machine-unsuitable', 'a laboratory needs Linux and root, for namespaces and mounts')
  return { ...plan, hierarchies: mountedHierarchies(), progress, signal }
}

/** Writes down all that will be made, then makes the hub with its bridge. */
async function startHub(plan: Plan, root: string, artifacts: ArtifactsFolder): Promise<LabState> {
  const { name, paths, signal } = plan
  const wide = machineWideName(paths.directory)
  for (const directory of [paths.boot, paths.serial, paths.records, paths.volumes])
    await mkdir(directory, { recursive: true })
  const { kernel, initrd } = await installArtifacts(artifacts, paths)
  // Until the address is on the interface, another laboratory could choose the same subnet.
  return withLock('choice of a subnet', { waitMs: 30_000, signal }, async () => {
    const taken = knownLabs().flatMap((other) => readState(other)?.network.prefix ?? [])
    const subnet = chooseSubnet(await machineNetworks(), taken)
    const planned: LabState = {
      version: 1,
      name,
      directory: paths.directory,
      phase: 'starting',
      release: plan.recipe.release,
      root,
      machineBootId: machineBootId(),
      createdAtMs: Date.now(),
      machineWideName: wide,
      network: { prefix: subnet.prefix, hubAddress: hubAddress(subnet), machineAddress: machineAddress(subnet) },
      linkBitsPerSecond: plan.linkBitsPerSecond,
      accelerator: 'tcg',
      kernel,
      initrd,
      hub: { directory: paths.hub, holder: null },
      hosts: Array.from({ length: plan.hostCount }, (_, i) =>
        plannedHost(paths.hosts, `host${i + 1}`, hostAddress(subnet, i + 1)),
      ),
      volumes: [],
      guests: [],
    }
    writeState(planned)
    const holder = await startHolder({
      name: 'hub',
      root,
      directory: paths.hub,
      group: `${wide}/hub`,
      binds: [paths.shared, paths.records, paths.volumes],
      files: { 'opt/landfall/init': await initProgram('init-hub') },
      hierarchies: plan.hierarchies,
      signal,
    })
    const state = { ...planned, hub: { ...planned.hub, holder } }
    writeState(state)
    await buildHubNetwork(holder.pid, subnet, wide, signal)
    return state
  })
}

/** Starts all hosts at once; returns when every libvirtd takes calls. */
async function startHosts(plan: Plan, state: LabState): Promise<LabState> {
  const init = await initProgram('init-host')
  const started = await Promise.all(
    state.hosts.map(async (host): Promise<HostState> => {
      const { name, address, uuid, directory } = host
      const holder = await startHolder({
        name,
        root: state.root,
        directory,
        group: `${state.machineWideName}/${name}`,
        binds: [plan.paths.shared],
        files: hostFiles({ name, address, uuid, hosts: state.hosts, subnet: state.network, initProgram: init }),
        hierarchies: plan.hierarchies,
        signal: plan.signal,
      })
      const hubPid = state.hub.holder?.pid ?? 0
      await connectHost(hubPid, { name, address, pid: holder.pid }, plan.linkBitsPerSecond, plan.signal)
      await writeFile(join(directory, 'run/landfall/network'), '')
      return { ...host, holder }
    }),
  )
  const withHolders = { ...state, hosts: started }
  writeState(withHolders)
  await Promise.all(started.map((host) => hostReady(host, plan.signal)))
  return withHolders
}

/** Takes a laboratory down, with everything in it. One that is not there is down already. */
export async function down(name = 'default', options: { readonly signal?: AbortSignal } = {}): Promise<void> {
  const { directory } = labPaths(name)
  await withLock(`laboratory ${directory}`, { waitMs: 60_000, signal: options.signal }, () => cleanUp(name))
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
  return withLock(`laboratory ${directory}`, { waitMs: 120_000 }, async () => {
    const changed = await change(requireState(name))
    writeState(changed)
    return changed
  })
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
