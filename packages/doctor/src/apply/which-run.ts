import type { Setting } from '@landfall/nova'
import type { HostPlan } from './host-plan.ts'
import type { AppliedRun, HostState } from './host-state.ts'
import { sha256 } from './host-state.ts'

/**
 * The run that a change of these hosts belongs to: an earlier one of the same settings goes on where it has not come to one of them yet.
 * Pure.
 *
 * @param now in ms
 */
export function runOf(plans: readonly HostPlan[], settings: readonly Setting[], now: number): AppliedRun {
  const open = plans.filter(({ what }) => what === 'write' || what === 'restart')
  const wanted = settings.map(({ group, name, value }) => `${group}.${name}=${value}`).toSorted()
  const hosts = open.map(({ host }) => host)
  const earlier = plans
    .flatMap((plan) => plan.state?.applied?.run ?? [])
    .filter((run) => JSON.stringify(run.settings) === JSON.stringify(wanted))
    .filter((run) => open.some((plan) => run.hosts.includes(plan.host) && !hasCome(run, plan)))
    .toSorted(byId)
    .at(-1)
  if (earlier === undefined) return { id: new Date(now).toISOString(), settings: wanted, hosts }
  return { ...earlier, hosts: [...new Set([...earlier.hosts, ...hosts])] }
}

/** Written there, and taken by the service. */
function hasCome(run: AppliedRun, { what, state }: HostPlan): boolean {
  return what !== 'restart' && state?.applied?.run?.id === run.id && !isAsBefore(state)
}

const isAsBefore = ({ bytes, applied }: HostState): boolean =>
  applied?.beforeSha256 === (bytes === null ? null : sha256(bytes))

const byId = (a: AppliedRun, b: AppliedRun): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/**
 * Of what could be taken back, the newest run: what an earlier one changed stays, and is named. A way back that was interrupted is gone on
 * with, and nothing besides. Pure.
 */
export function lastRunOnly(plans: readonly HostPlan[]): readonly HostPlan[] {
  const goingOn = plans.flatMap(({ state }) => state?.reverting ?? [])
  const among = goingOn.length > 0 ? goingOn : plans.filter(isToTakeBack).map(idOf)
  const newest = among.toSorted().at(-1)
  return plans.map((plan): HostPlan => {
    if (!isToTakeBack(plan) || idOf(plan) === newest) return plan
    const { host, state } = plan
    const run = state.applied?.run ?? null
    const of = run === null ? 'an earlier run' : `an earlier run (${run.id}: ${run.settings.join(', ')})`
    return { host, what: 'kept', state, why: `what is there is of ${of}` }
  })
}

/** Of the plans of a way back: what was written stands there still, or was changed since. */
const isToTakeBack = (plan: HostPlan): plan is HostPlan & { readonly state: HostState } =>
  (plan.what === 'write' || plan.what === 'cannot') && plan.state !== undefined

/** Records without a run are older than all others. */
const idOf = ({ state }: HostPlan): string => state?.applied?.run?.id ?? ''
