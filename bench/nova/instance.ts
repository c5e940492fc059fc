import { setTimeout as delay } from 'node:timers/promises'
import {
  LabError,
  addInstance,
  checkGuest,
  inHost,
  longestStall,
  lostWork,
  monotonicNowMs,
  openCloud,
  openLab,
  readProgress,
  virsh,
  waitForProgress,
  waitForSweep,
  writeSpeed,
} from '@landfall/lab'
import type { GuestRequest, GuestVerdict } from '@landfall/lab'
import { hasEnded } from '@landfall/openstack'
import type { Migration, OpenStack, Server } from '@landfall/openstack'

/** An instance of the laboratory's Nova, where it is now. */
export interface Instance {
  readonly lab: string
  readonly cloud: OpenStack
  readonly name: string
  readonly id: string
  /** Of libvirt. */
  readonly domain: string
  readonly from: string
  readonly to: string
}

/** The instance of that name, booted where there is none yet. */
export async function instance(lab: string, request: GuestRequest): Promise<Instance> {
  const cloud = await openCloud(lab)
  if (!openLab(lab).state.guests.some(({ name }) => name === request.name)) await addInstance(lab, request)
  await waitForProgress(lab, request.name, { deadlineMs: 180_000 })
  const server = await serverNamed(cloud, request.name)
  const from = server.host ?? 'nowhere'
  const to = from === 'host1' ? 'host2' : 'host1'
  return { lab, cloud, name: request.name, id: server.id, domain: server.instanceName ?? '', from, to }
}

async function serverNamed(cloud: OpenStack, name: string): Promise<Server> {
  const [found] = await cloud.compute.servers.find(name)
  if (found === undefined) throw new Error(`Nova does not know ${name}`)
  return found
}

export const newest = ({ cloud, id }: Instance): Promise<Migration | null> => cloud.compute.migrations.newest(id)

/** Polls until it holds. @returns whether it did in time */
export async function until(holds: () => Promise<boolean>, deadlineMs: number, everyMs = 300): Promise<boolean> {
  for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; await delay(everyMs)) {
    if (await holds().catch(() => false)) return true
  }
  return false
}

/** Waits for a record that is newer than that one and has that status. */
export async function reached(
  of: Instance,
  before: Migration | null,
  wanted: string,
  deadlineMs = 180_000,
): Promise<Migration | null> {
  for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; await delay(300)) {
    const seen = await newest(of).catch(() => null)
    if (seen === null || seen.id === before?.id) continue
    if (seen.statusAsSent === wanted || (hasEnded(seen) && wanted === 'ended')) return seen
    if (hasEnded(seen)) return null
  }
  return null
}

/** Statistics of libvirt's job; what it printed, by its labels. */
export async function jobOf({ lab, domain }: Instance, host: string, completed = false): Promise<Map<string, string>> {
  const more = completed ? ['--completed'] : []
  const text = await virsh(lab, host, ['domjobinfo', domain, ...more]).catch(() => '')
  return new Map(
    text.split('\n').flatMap((line) => {
      const found = /^(.+?):\s+(.*)$/.exec(line)
      return found === null ? [] : [[found[1] ?? '', found[2] ?? ''] as const]
    }),
  )
}

/** What libvirt of each host says of it: `running (booted)`, ...; a host that does not have it is left out. */
async function statesOf({ lab, domain }: Instance): Promise<ReadonlyMap<string, string>> {
  const said = await Promise.all(
    openLab(lab).state.hosts.map(async ({ name }) => [name, await stateOn(lab, name, domain)] as const),
  )
  return new Map(said.filter(([, state]) => state !== null).map(([host, state]) => [host, state ?? '']))
}

/** A host that does not answer is asked again: its silence says nothing of the guest. */
async function stateOn(lab: string, host: string, domain: string): Promise<string | null> {
  const deadline = Date.now() + 120_000
  for (;;) {
    const text = await inHost(lab, host, ['sh', '-c', `virsh domstate --reason ${domain} 2>&1 || true`]).catch(String)
    if (text.includes('failed to get domain')) return null
    if (!text.includes('error')) return text.trim()
    if (Date.now() > deadline) throw new Error(`${host}: ${text}`)
    await delay(1000)
  }
}

const isActive = (state: string): boolean => !/^(shut off|crashed)/.test(state)

/** What all that know of it say once nothing happens to it any more. */
export interface Outcome {
  readonly record: string | null
  readonly status: string
  readonly novaHost: string | null
  readonly runsOn: readonly string[]
  /** libvirt's words, by host. */
  readonly states: Readonly<Record<string, string>>
  readonly attachments: number
  readonly allocations: number
  /** It writes on: that was waited for, since a guest of a busy machine is silent now and then. */
  readonly writesOn: boolean
  /** All of its memory was read once after the end; null where that was not waited for. */
  readonly swept: boolean | null
  readonly verdict: GuestVerdict
  readonly longestStallMs: number
  readonly lostWorkSeconds: number | null
  /** Nova and libvirt have it on one host, the same, with one attachment, and no page of it is wrong. */
  readonly right: boolean
}

export interface Ended {
  readonly atMs?: number
  /** Waits until the guest has read all of its memory once. */
  readonly sweep?: boolean
}

/** Waits until Nova is done with it, then asks everybody. */
export async function outcome(of: Instance, since: number, ended: Ended = {}): Promise<Outcome> {
  const { lab, cloud, id, name } = of
  const endedAt = ended.atMs ?? monotonicNowMs()
  const quiet = async (): Promise<boolean> => {
    const [server, record] = await Promise.all([cloud.compute.servers.get(id), newest(of)])
    return server.taskState === null && (record === null || hasEnded(record))
  }
  await until(quiet, 90_000, 1000)
  const writesOn = await came(waitForProgress(lab, name, { deadlineMs: 30_000 }))
  const swept = ended.sweep === true && writesOn ? await came(waitForSweep(lab, name, { deadlineMs: 90_000 })) : null
  const [server, record, allocations, attachments, states, samples, verdict] = await Promise.all([
    cloud.compute.servers.get(id),
    newest(of),
    cloud.placement.allocations(id),
    cloud.volumes.attachmentsOf(id),
    statesOf(of),
    readProgress(lab, name),
    checkGuest(lab, name, since),
  ])
  const runsOn = [...states].filter(([, state]) => isActive(state)).map(([host]) => host)
  const usual = writeSpeed(samples, since - 3000, since)
  const unharmed = writesOn && verdict.wrongPages + verdict.wrongBlocks === 0 && !verdict.rebooted
  return {
    record: record?.statusAsSent ?? null,
    status: server.status,
    novaHost: server.host,
    runsOn,
    states: Object.fromEntries(states),
    attachments: attachments.length,
    allocations: Object.keys(allocations.resources).length,
    writesOn,
    swept,
    verdict,
    longestStallMs: longestStall(samples, since, endedAt),
    lostWorkSeconds: usual > 0 ? lostWork(samples, since, endedAt, usual) : null,
    right:
      unharmed &&
      runsOn.length === 1 &&
      runsOn[0] === server.host &&
      server.status === 'ACTIVE' &&
      attachments.length === 1 &&
      Object.keys(allocations.resources).length === 1,
  }
}

/** Whether it came before its deadline. */
async function came(awaited: Promise<unknown>): Promise<boolean> {
  try {
    await awaited
    return true
  } catch (error) {
    if (error instanceof LabError && error.code === 'deadline-passed') return false
    throw error
  }
}
