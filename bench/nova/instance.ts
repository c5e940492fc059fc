import { setTimeout as delay } from 'node:timers/promises'
import {
  addInstance,
  checkGuest,
  longestStall,
  lostWork,
  monotonicNowMs,
  openCloud,
  openLab,
  readProgress,
  status,
  virsh,
  waitForProgress,
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

/** A host of a busy machine answers late, and is asked again. */
async function patientStatus(lab: string): ReturnType<typeof status> {
  for (let more = 5; ; more--) {
    try {
      return await status(lab)
    } catch (error) {
      if (more === 0) throw error
      await delay(1000)
    }
  }
}

/** What all that know of it say once nothing happens to it any more. */
export interface Outcome {
  readonly record: string | null
  readonly status: string
  readonly novaHost: string | null
  readonly runsOn: readonly string[]
  readonly attachments: number
  readonly allocations: number
  readonly verdict: GuestVerdict
  readonly longestStallMs: number
  readonly lostWorkSeconds: number | null
  /** Nova and libvirt have it on one host, the same, with one attachment, and no page of it is wrong. */
  readonly right: boolean
}

/** Waits until Nova is done with it, then asks everybody. */
export async function outcome(of: Instance, since: number, endedAtMs?: number): Promise<Outcome> {
  const { lab, cloud, id, name } = of
  const endedAt = endedAtMs ?? monotonicNowMs()
  const quiet = async (): Promise<boolean> => {
    const [server, record] = await Promise.all([cloud.compute.servers.get(id), newest(of)])
    return server.taskState === null && (record === null || hasEnded(record))
  }
  await until(quiet, 90_000, 1000)
  await waitForProgress(lab, name, { deadlineMs: 20_000 }).catch(() => undefined)
  const [server, record, allocations, attachments, found, samples, verdict] = await Promise.all([
    cloud.compute.servers.get(id),
    newest(of),
    cloud.placement.allocations(id),
    cloud.volumes.attachmentsOf(id),
    patientStatus(lab),
    readProgress(lab, name),
    checkGuest(lab, name, since),
  ])
  const runsOn = found.guests.find((guest) => guest.name === name)?.activeOn ?? []
  const usual = writeSpeed(samples, since - 3000, since)
  const unharmed = verdict.alive && verdict.wrongPages + verdict.wrongBlocks === 0 && !verdict.rebooted
  return {
    record: record?.statusAsSent ?? null,
    status: server.status,
    novaHost: server.host,
    runsOn,
    attachments: attachments.length,
    allocations: Object.keys(allocations.resources).length,
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
