import type { HostView } from '@landfall/core'
import type { RepairFacts, RepairHost } from './repair-facts.ts'

/** Where the guest runs, and where Nova has it: both known, and nobody at work on it. */
export interface SettledPlace {
  readonly runsOn: RepairHost
  readonly home: RepairHost
}

export type Settled =
  | { readonly isSettled: true; readonly place: SettledPlace }
  | { readonly isSettled: false; readonly why: readonly string[] }

/** Nova writes a record every 5 s while it works at it: one that was not written for so long was left behind. */
const leftBehindMs = 600_000

const inactive = ['shutoff', 'crashed']

/** Whether the host has a QEMU of the guest: any state that is not surely without one counts as with one. */
export const hasProcess = (view: HostView): boolean => view.kind === 'present' && !inactive.includes(view.state)

export const isLeftOver = (view: HostView): boolean => view.kind === 'present' && !hasProcess(view)

/** What every repair stands on. Each reason against it is told: one that is put right shows the next. */
export function settledPlace({ id, instance, record, hosts }: RepairFacts): Settled {
  if (instance === null) return { isSettled: false, why: [`Nova has no instance ${id}, or does not show it`] }
  const why: string[] = []
  const { hypervisorHostname: named, vmState, taskState } = instance
  if (taskState !== null) why.push(`Nova is busy with it (${taskState})`)
  if (vmState === 'resized') why.push('it was moved cold, and waits in VERIFY_RESIZE to be confirmed or reverted')
  else if (vmState !== 'active' && vmState !== 'error') why.push(`Nova has it as ${vmState ?? 'unknown'}`)
  if (record !== null && !record.isOver && (record.silentMs === null || record.silentMs < leftBehindMs))
    why.push(
      `Nova's migration ${record.id} is ${record.status}, and was written ${ago(record.silentMs)}: Nova may still be at it`,
    )
  if (record?.type === 'evacuation')
    why.push(`its newest migration (${record.id}) is an evacuation: who was evacuated may still run where it came from`)
  for (const { name, view } of hosts) {
    if (view.kind === 'unreachable') why.push(`${name} does not say what it has of it: ${view.why}`)
    if (view.kind === 'present' && view.outgoingJob) why.push(`it is on its way from ${name}`)
  }
  const home = hosts.find(({ hostname }) => hostname !== null && hostname === named)
  if (home === undefined)
    why.push(
      named === null
        ? 'Nova does not say where it has it'
        : `Nova has it on ${named}, which is not among the hosts in use`,
    )
  const active = hosts.filter(({ view }) => hasProcess(view))
  const [runsOn, ...others] = active
  if (runsOn === undefined) why.push('it runs on none of the hosts in use')
  else if (others.length > 0)
    why.push(`it is on ${active.map(stateOn).join(' and ')}: stop nothing before you know which is the live one`)
  else if (!runs(runsOn.view)) why.push(`it does not run: it is ${stateOn(runsOn)}`)
  if (why.length > 0 || home === undefined || runsOn === undefined) return { isSettled: false, why }
  return { isSettled: true, place: { runsOn, home } }
}

const runs = (view: HostView): boolean =>
  view.kind === 'present' &&
  (view.state === 'running' || view.state === 'blocked') &&
  !view.reason.startsWith('postcopy')

const stateOn = ({ name, view }: RepairHost): string =>
  view.kind === 'present' ? `${name} (${view.state}, ${view.reason})` : name

const ago = (ms: number | null): string => (ms === null ? 'nobody knows when' : `${Math.round(ms / 1000)} s ago`)
