import type { ConfigSource, Release, Setting } from '@landfall/nova'
import { SshError } from '../ssh/ssh-source.ts'
import type { HostMaterial } from '../hosts/host-material.ts'
import { planText, typedSettings } from '../writing/plan-text.ts'
import type { ApplyHost, ApplyTools } from './apply-change.ts'
import { lookAt } from './apply-change.ts'
import type { HostPlan } from './host-plan.ts'
import { planHost, planRevert } from './host-plan.ts'
import type { HostState } from './host-state.ts'
import { lastRunOnly } from './which-run.ts'

export interface ApplyWish {
  /** Beside nova.conf, or a path below that folder: `nova.conf.d/90-migration.conf`. */
  readonly file: string
  readonly service: string
  /** Only the file matters: no service has to be found. */
  readonly anyService?: boolean
  readonly settings: readonly Setting[]
  readonly release: Release
  readonly revert: boolean
}

/** Hosts that are asked at the same time. */
const mostAsked = 8

/** Looks at every host and says what each needs; of a way back, what the last run over them needs. Nothing is changed. */
export async function planApply(
  materials: readonly HostMaterial[],
  wish: ApplyWish,
  tools: Pick<ApplyTools, 'run'>,
): Promise<readonly HostPlan[]> {
  const plans = new Map<string, HostPlan>()
  const queue = materials.values()
  const asking = Array.from({ length: mostAsked }, async () => {
    for (const material of queue) plans.set(material.host, await planOne(material, wish, tools))
  })
  await Promise.all(asking)
  const all = materials.flatMap(({ host }) => plans.get(host) ?? [])
  return wish.revert ? lastRunOnly(all) : all
}

/** The hosts that can be changed: those that are reached over ssh. */
export const applyHosts = (materials: readonly HostMaterial[]): ReadonlyMap<string, ApplyHost> =>
  new Map(materials.flatMap(({ host, remote }) => (remote === null ? [] : [[host, { host, target: remote.target }]])))

async function planOne(material: HostMaterial, wish: ApplyWish, tools: Pick<ApplyTools, 'run'>): Promise<HostPlan> {
  const { host, remote, unreached, unreadConfigs } = material
  const cannot = (why: string): HostPlan => ({ host, what: 'cannot', why })
  if (unreached !== null) return cannot(`it could not be reached: ${unreached}`)
  if (remote === null) return cannot('it is no host over ssh: name it as NAME=ssh://user@host')
  if (unreadConfigs.length > 0)
    return cannot(`${unreadConfigs[0] ?? ''} cannot be read: what counts there is not known`)
  if (remote.configFolder === null) return cannot('no configuration of nova is found there')
  const path = remote.configFolder === '' ? wish.file : `${remote.configFolder}/${wish.file}`
  try {
    const state = await lookAt({ host, target: remote.target }, path, wish.service, tools)
    if ('why' in state) return cannot(state.why)
    return wish.revert ? await planBack(material, state, tools) : planForward(material, path, state, wish)
  } catch (error) {
    if (error instanceof SshError) return cannot(`it could not be reached: ${error.message}`)
    throw error
  }
}

function planForward(material: HostMaterial, path: string, state: HostState, wish: ApplyWish): HostPlan {
  const { host } = material
  const sources = material.sources.map((source): ConfigSource => ({ ...source, path: below(material, source.path) }))
  const confFolders = material.confFolders?.map((folder) => below(material, folder)) ?? null
  const planned = planText(
    path,
    state.path,
    state.bytes,
    typedSettings(wish.settings, wish.release),
    { sources, confFolders, environment: material.environment },
    wish.release,
  )
  if (planned.what === 'text' && !planned.isRead && wish.anyService !== true) {
    const why = `${path} is not read by its service: name a file that it is started with, or one in nova.conf.d/`
    return { host, what: 'cannot', why }
  }
  const found = wish.anyService === true ? { ...state, service: state.service ?? 'any', pending: false } : state
  return planHost(host, found, planned, sources.at(-1)?.path ?? null)
}

/** `cmp1:/etc/nova/nova.conf` is etc/nova/nova.conf below the root. */
function below({ host, remote }: HostMaterial, shown: string): string {
  const root = `${host}:${(remote?.target.folder ?? '/').replace(/\/$/, '')}/`
  return shown.startsWith(root) ? shown.slice(root.length) : shown
}

async function planBack(material: HostMaterial, state: HostState, tools: Pick<ApplyTools, 'run'>): Promise<HostPlan> {
  const { host, remote } = material
  const backup = state.applied?.backup ?? null
  if (backup === null || remote === null) return planRevert(host, state, null)
  const kept = await lookAt({ host, target: remote.target }, backup, 'none', tools)
  return 'why' in kept ? { host, what: 'cannot', why: kept.why } : planRevert(host, state, kept.bytes)
}
