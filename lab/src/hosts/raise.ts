import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { installArtifacts } from '../root/artifacts.ts'
import type { ArtifactsFolder } from '../root/artifacts.ts'
import type { CgroupHierarchy } from '../machine/cgroup-hierarchies.ts'
import { computeFiles } from '../nova/compute-files.ts'
import type { NovaOptions } from '../nova/compute-files.ts'
import { controlFiles } from '../nova/control-files.ts'
import { hostFiles } from './host-files.ts'
import { hostReady } from './host-ready.ts'
import { startHolder } from './holder.ts'
import { withLock } from '../machine/lock.ts'
import { machineWideName } from '../names.ts'
import { chooseSubnet, hostAddress, hubAddress, machineAddress } from './network-plan.ts'
import { buildHubNetwork, connectHost, machineNetworks } from './network.ts'
import type { LabPaths } from '../paths.ts'
import { machineBootId } from '../machine/processes.ts'
import type { RootRecipe } from '../root/root-recipe.ts'
import { knownStates, writeState } from '../state.ts'
import type { HostState, LabState } from '../state.ts'

const initProgram = (name: string): Promise<string> =>
  readFile(new URL(`../../root/${name}.sh`, import.meta.url), 'utf8')

/** What is to be raised, with everything settled. */
export interface Plan {
  readonly name: string
  readonly paths: LabPaths
  readonly hostCount: number
  readonly linkBitsPerSecond: number | null
  readonly recipe: RootRecipe
  /** Options of nova.conf where there is to be a Nova; null for hosts alone. */
  readonly nova: NovaOptions | null
  readonly hierarchies: readonly CgroupHierarchy[]
  readonly progress: (line: string) => void
  readonly signal: AbortSignal | undefined
}

/** Writes down all that will be made, then makes the hub with its bridge. */
export async function startHub(plan: Plan, root: string, artifacts: ArtifactsFolder): Promise<LabState> {
  const { name, paths, signal } = plan
  const wide = machineWideName(paths.directory)
  for (const directory of [paths.boot, paths.serial, paths.records, paths.volumes])
    await mkdir(directory, { recursive: true })
  const { kernel, initrd, rom } = await installArtifacts(artifacts, paths)
  // Until the address is on the interface, another laboratory could choose the same subnet.
  return withLock('choice of a subnet', { waitMs: 30_000, signal }, async () => {
    const subnet = chooseSubnet(
      await machineNetworks(),
      knownStates().map(({ network }) => network.prefix),
    )
    const planned: LabState = {
      version: 2,
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
      accelerators: { rom: 'tcg', linux: 'tcg' },
      kvm: null,
      kernel,
      initrd,
      rom,
      hub: { directory: paths.hub, holder: null },
      hosts: Array.from({ length: plan.hostCount }, (_, i) =>
        plannedHost(paths.hosts, `host${i + 1}`, hostAddress(subnet, i + 1)),
      ),
      nova: plan.nova !== null,
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
      files: {
        'opt/landfall/init': await initProgram('init-hub'),
        ...(plan.nova === null ? {} : await controlFiles(subnet, planned.hosts)),
      },
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
export async function startHosts(plan: Plan, state: LabState): Promise<LabState> {
  const init = await initProgram('init-host')
  const started = await allOrFirstError(
    state.hosts.map(async (host): Promise<HostState> => {
      const { name, address, uuid, directory } = host
      const holder = await startHolder({
        name,
        root: state.root,
        directory,
        group: `${state.machineWideName}/${name}`,
        binds: [plan.paths.shared],
        files: {
          ...hostFiles({ name, address, uuid, hosts: state.hosts, subnet: state.network, initProgram: init }),
          ...(plan.nova === null
            ? {}
            : await computeFiles({ address, machine: plan.recipe.machine, options: plan.nova })),
        },
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
  await allOrFirstError(started.map((host) => hostReady(host, plan.signal)))
  return withHolders
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

/** As Promise.all, but a failure waits for the others to end: whoever cleans up afterwards is then alone. */
async function allOrFirstError<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(tasks)
  return Promise.all(tasks)
}
