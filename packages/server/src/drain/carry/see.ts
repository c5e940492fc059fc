import type { DrainState, Seen } from '@landfall/core'
import { ListDomainsFlag } from '@landfall/libvirt'
import type { HostSession } from '../../hosts/host-session.ts'
import { isUnfinished } from '../fleet/closed-hosts.ts'

/** What the hosts of a drain say now. */
export interface Sight {
  readonly seen: (uuid: string) => Seen
  /** Hosts that do not answer, with the reason. */
  readonly silent: ReadonlyMap<string, string>
}

/** Asks every host that a drain has to do with where its guests run; the others only where a guest was found on none of these. */
export async function see(state: DrainState, sessions: readonly HostSession[]): Promise<Sight> {
  const guests = state.guests.filter(isUnfinished)
  const near = new Set(guests.flatMap(({ from, to }) => [from, to]))
  const running = new Map<string, ReadonlySet<string>>()
  const silent = new Map<string, string>()
  const ask = async (asked: readonly HostSession[]): Promise<void> => {
    await Promise.all(
      asked.map(async (session) => {
        const { name } = session.host
        try {
          const domains = await (await session.connection()).listAllDomains(ListDomainsFlag.ACTIVE)
          running.set(name, new Set(domains.map(({ uuid }) => uuid)))
        } catch (error) {
          silent.set(name, error instanceof Error ? error.message : String(error))
        }
      }),
    )
  }
  await ask(sessions.filter(({ host }) => near.has(host.name)))
  const isMissing = ({ uuid, from, to }: { uuid: string; from: string; to: string }): boolean =>
    [from, to].every((host) => running.get(host)?.has(uuid) !== true)
  const missing = guests.filter(isMissing)
  if (missing.length > 0) await ask(sessions.filter(({ host }) => !near.has(host.name)))
  const seen = new Map<string, Seen>()
  for (const { uuid, from } of guests) {
    const places = [...running].flatMap(([host, uuids]) => (uuids.has(uuid) ? [host] : []))
    const [place, ...others] = places
    if (place !== undefined) {
      // On two hosts at a time it is on its way.
      const migrating = others.length > 0
      seen.set(uuid, { kind: 'runs', host: migrating ? from : place, migrating })
    } else seen.set(uuid, await notRunning(uuid, sessions, silent))
  }
  return { silent, seen: (uuid) => seen.get(uuid) ?? { kind: 'unknown', why: 'nobody looked for it' } }
}

async function notRunning(
  uuid: string,
  sessions: readonly HostSession[],
  silent: ReadonlyMap<string, string>,
): Promise<Seen> {
  const [unknown] = silent
  for (const session of sessions) {
    if (silent.has(session.host.name)) continue
    const domain = await session.find(uuid).catch(() => null)
    if (domain === null) continue
    const { state } = await domain.getState()
    if (state === 'running') return { kind: 'runs', host: session.host.name, migrating: false }
    // Where a host is silent, this may be what a migration has left.
    if (unknown === undefined) return { kind: 'stopped', host: session.host.name, state }
  }
  if (unknown !== undefined) return { kind: 'unknown', why: `${unknown[0]} does not answer: ${unknown[1]}` }
  return { kind: 'nowhere' }
}
