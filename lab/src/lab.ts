import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'

import { chooseAccelerators } from './guests/accelerator.ts'
import { buildArtifacts } from './root/artifacts.ts'
import { mountedHierarchies } from './machine/cgroups.ts'
import { cleanUp } from './hosts/cleanup.ts'
import { LabError } from './errors.ts'
import { hostsFileText } from './hosts/hosts-file.ts'
import { withLock } from './machine/lock.ts'
import { ensureMachinePackages, needsOfRunning } from './machine/machine-packages.ts'
import { shapeLink } from './hosts/network.ts'
import type { NovaOptions } from './nova/compute-files.ts'
import { startNova } from './nova/nova.ts'
import { labPaths } from './paths.ts'
import { isAlive, machineBootId } from './machine/processes.ts'
import { parseLinkRate } from './quantities.ts'
import { startHosts, startHub } from './hosts/raise.ts'
import type { Plan } from './hosts/raise.ts'
import { rootRecipe } from './root/root-recipe.ts'
import { ensureRoot } from './root/root.ts'
import { readState, requireState, writeState } from './state.ts'
import type { LabState } from './state.ts'

export interface UpOptions {
  /** `default` unless told; several laboratories by different names may be up at once. */
  readonly name?: string
  /** How many; 2 unless told. */
  readonly hosts?: number
  /** Rate of each host's link: `800Mbit` (the default), `2Gbit`, or `none`. */
  readonly link?: string
  /** Debian release of the hosts; trixie unless told. */
  readonly release?: string
  /** An OpenStack besides: its control plane in the hub, a nova-compute on each host. */
  readonly nova?: boolean
  /** Options of nova.conf, over the laboratory's own. */
  readonly novaOptions?: NovaOptions
  readonly progress?: (line: string) => void
  readonly signal?: AbortSignal
}

/** A laboratory that is up. Disposing of it takes it down. */
export interface Lab extends AsyncDisposable {
  readonly name: string
  readonly directory: string
  readonly hostsFile: string
  /** Of a laboratory with Nova. */
  readonly cloudsFile: string
  readonly state: LabState
}

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
    const verdict = chooseAccelerators(root, artifacts, { progress: plan.progress, signal: trialSignal })
    // Awaited below, or not at all when something else fails first.
    verdict.catch(() => {})
    try {
      const withHub = await startHub(plan, root, artifacts)
      const withHosts = await startHosts(plan, withHub)
      if (plan.nova !== null) await startNova(withHosts, plan.recipe, plan)
      const { accelerators, kvm } = await verdict
      const state: LabState = { ...withHosts, accelerators, kvm, phase: 'up' }
      await writeFile(plan.paths.hostsFile, hostsFileText(state))
      writeState(state)
      plan.progress(
        `laboratory "${plan.name}" is up: ${state.hosts.map((host) => `${host.name} ${host.address}`).join(', ')}`,
      )
      return labOf(state)
    } catch (error) {
      failed.abort()
      await verdict.catch(() => {})
      await cleanUp(plan.name)
      throw error
    }
  })
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
    recipe: rootRecipe(options.release ?? 'trixie', { nova: options.nova }),
    nova: options.nova === true ? (options.novaOptions ?? {}) : null,
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new LabError('machine-unsuitable', 'a laboratory needs Linux and root, for namespaces and mounts')
  return { ...plan, hierarchies: mountedHierarchies(), progress, signal }
}

/**
 * Takes a laboratory down, with everything in it; returns whether there was one by that name. One that is not there is down
 * already.
 */
export async function down(name = 'default', options: { readonly signal?: AbortSignal } = {}): Promise<boolean> {
  const { directory } = labPaths(name)
  const wasThere = existsSync(directory)
  await withLock(`laboratory ${directory}`, { waitMs: 60_000, signal: options.signal }, () => cleanUp(name))
  return wasThere
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
    cloudsFile: labPaths(state.name).cloudsFile,
    state,
    [Symbol.asyncDispose]: async () => {
      await down(state.name)
    },
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
