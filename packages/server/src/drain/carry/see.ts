import type { DrainState, Seen } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { ListDomainsFlag } from '@landfall/libvirt'
import type { HostSession } from '../../hosts/host-session.ts'
import { isUnfinished } from '../fleet/closed-hosts.ts'

/** What the hosts of a drain say now. */
export interface Sight {
  readonly seen: (uuid: string) => Seen
  /** Hosts that do not answer, with the reason. */
  readonly silent: ReadonlyMap<string, string>
}

const notOneOfOurs = 'it is not one of the hosts in use here'

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What runs on a host, or stands still there, by name; why nobody can say. */
export async function stillOn(
  host: string,
  sessions: readonly HostSession[],
): Promise<readonly string[] | { readonly unknown: string }> {
  const session = sessions.find((each) => each.host.name === host)
  if (session === undefined) return { unknown: `${host}: ${notOneOfOurs}` }
  try {
    const domains = await (await session.connection()).listAllDomains(ListDomainsFlag.ACTIVE)
    return domains.map(({ name }) => name)
  } catch (error) {
    return { unknown: `${host} does not answer: ${wordsOf(error)}` }
  }
}

/** Asks every host that a drain has to do with where its guests run; the others only where a guest was found on none of these. */
export async function see(state: DrainState, sessions: readonly HostSession[]): Promise<Sight> {
  const guests = state.guests.filter(isUnfinished)
  const near = new Set(guests.flatMap(({ from, to }) => [from, to]))
  const running = new Map<string, ReadonlyMap<string, Domain>>()
  const silent = new Map<string, string>()
  const ask = async (asked: readonly HostSession[]): Promise<void> => {
    await Promise.all(
      asked.map(async (session) => {
        const { name } = session.host
        try {
          const domains = await (await session.connection()).listAllDomains(ListDomainsFlag.ACTIVE)
          running.set(name, new Map(domains.map((domain) => [domain.uuid, domain])))
        } catch (error) {
          silent.set(name, wordsOf(error))
        }
      }),
    )
  }
  // Whoever drives it may not know every host that whoever began it knew: nothing is known of those.
  for (const name of near) if (!sessions.some(({ host }) => host.name === name)) silent.set(name, notOneOfOurs)
  await ask(sessions.filter(({ host }) => near.has(host.name)))
  const isMissing = ({ uuid, from, to }: { uuid: string; from: string; to: string }): boolean =>
    [from, to].every((host) => running.get(host)?.has(uuid) !== true)
  const missing = guests.filter(isMissing)
  if (missing.length > 0) await ask(sessions.filter(({ host }) => !near.has(host.name)))
  const seen = new Map<string, Seen>()
  for (const { uuid, from } of guests) {
    const places = [...running].flatMap(([host, domains]) => {
      const domain = domains.get(uuid)
      return domain === undefined ? [] : [{ host, domain }]
    })
    const [place, ...others] = places
    if (place === undefined) seen.set(uuid, await notRunning(uuid, sessions, silent))
    // On two hosts at a time it is on its way.
    else if (others.length > 0) seen.set(uuid, { kind: 'runs', host: from, migrating: true })
    else seen.set(uuid, place.host === from ? { kind: 'runs', host: from, migrating: false } : await arrived(place))
  }
  return { silent, seen: (uuid) => seen.get(uuid) ?? { kind: 'unknown', why: 'nobody looked for it' } }
}

/** libvirt calls a guest active that stands still, as one does whose migration ended in the middle of its switchover. */
async function arrived({ host, domain }: { readonly host: string; readonly domain: Domain }): Promise<Seen> {
  try {
    const { state } = await domain.getState()
    return state === 'running' ? { kind: 'runs', host, migrating: false } : { kind: 'stands-still', host, state }
  } catch (error) {
    return {
      kind: 'unknown',
      why: `${host} does not tell its state: ${wordsOf(error)}`,
    }
  }
}

async function notRunning(
  uuid: string,
  sessions: readonly HostSession[],
  silent: ReadonlyMap<string, string>,
): Promise<Seen> {
  const [unknown] = silent
  for (const session of sessions) {
    if (silent.has(session.host.name)) continue
    const found = await session.find(uuid).then(
      async (domain) => (domain === null ? null : (await domain.getState()).state),
      (error: unknown) => error,
    )
    if (found === null) continue
    if (typeof found !== 'string')
      return { kind: 'unknown', why: `${session.host.name} does not tell: ${wordsOf(found)}` }
    const state = found
    if (state === 'running') return { kind: 'runs', host: session.host.name, migrating: false }
    // Where a host is silent, this may be what a migration has left.
    if (unknown === undefined) return { kind: 'stopped', host: session.host.name, state }
  }
  if (unknown !== undefined) return { kind: 'unknown', why: `${unknown[0]} does not answer: ${unknown[1]}` }
  return { kind: 'nowhere' }
}
