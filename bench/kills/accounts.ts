import type { Store } from '@landfall/server'
import { setTimeout as delay } from 'node:timers/promises'
import type { Mover } from './mover.ts'
import type { Hosts, Place } from './places.ts'

export interface AccountsOptions {
  readonly store: Store
  readonly hosts: Hosts
  readonly movers: readonly Mover[]
  /** Processes that must drive nothing now. */
  readonly gone: readonly number[]
}

export interface Accounted {
  /** When everything was right, in ms since the call; null where it was not within the deadline. */
  readonly rightAfterMs: number | null
  /** What was not right last. */
  readonly problems: readonly string[]
}

const wantedWithinMs = 10_000
const givenUpAfterMs = 60_000

/** Waits until every migration that was accepted is accounted for, and no guest is left in a state that nobody takes care of. */
export async function untilRight(options: AccountsOptions): Promise<Accounted> {
  const beganAt = performance.now()
  let late: readonly string[] = []
  for (;;) {
    const problems = await problemsOf(options).catch((error: unknown) => [`not to be asked: ${String(error)}`])
    const afterMs = performance.now() - beganAt
    if (problems.length === 0) return { rightAfterMs: Math.round(afterMs), problems: late }
    if (afterMs > wantedWithinMs) late = problems
    if (afterMs > givenUpAfterMs) return { rightAfterMs: null, problems }
    await delay(200)
  }
}

export const isInTime = ({ rightAfterMs }: Accounted): boolean =>
  rightAfterMs !== null && rightAfterMs <= wantedWithinMs

async function problemsOf({ store, hosts, movers, gone }: AccountsOptions): Promise<readonly string[]> {
  const accepted = movers.flatMap(({ accepted: id }) => id ?? [])
  const [undriven, unended, requests] = await Promise.all([
    store.unended('undriven'),
    store.unended(),
    store.requests.list(),
  ])
  // What was planned and not begun is planned anew by whoever has its request now; its record names its driver once it is.
  const begunAnew = new Set(requests.filter(({ holder }) => !gone.includes(holder.pid)).map(({ id }) => id))
  const problems = undriven
    .filter(({ record }) => !begunAnew.has(record.id))
    .map(({ record }) => `${record.id} is driven by nobody`)
  for (const { record, driver } of unended)
    if (gone.includes(driver.pid) && !begunAnew.has(record.id))
      problems.push(`${record.id} is still that of the one that is gone`)
  for (const { id, holder } of requests)
    if (gone.includes(holder.pid)) problems.push(`the request ${id} is still that of the one that is gone`)
  for (const id of accepted) {
    const isKnown = requests.some((request) => request.id === id) || (await store.read(id)) !== null
    // It may have been refused or withdrawn just now, which its follower is about to be told.
    const isStillFollowed = movers.some((mover) => mover.accepted === id)
    if (!isKnown && isStillFollowed) problems.push(`${id} was accepted, and nothing is known of it`)
  }
  const free = movers.filter(({ guest }) => !unended.some(({ record }) => record.guest.name === guest))
  for (const mover of movers) {
    const problem = problemOf(await surePlaces(hosts, mover.guest), free.includes(mover))
    if (problem !== null) problems.push(`${mover.guest}: ${problem}`)
  }
  return problems
}

/** Two hosts are asked one after the other: a guest that changes hosts between is asked for again. */
async function surePlaces(hosts: Hosts, guest: string): Promise<readonly Place[]> {
  const places = await hosts.placesOf(guest)
  return places.filter(({ state }) => state === 'running').length > 1 ? hosts.placesOf(guest) : places
}

function problemOf(places: readonly Place[], isFree: boolean): string | null {
  const running = places.filter(({ state }) => state === 'running')
  const told = JSON.stringify(places)
  if (running.length > 1) return `it runs on two hosts: ${told}`
  if (places.length === 0) return 'no host knows it'
  if (isFree && running.length === 0 && !places.some(({ moving }) => moving)) {
    return `no migration is under way, and it does not run: ${told}`
  }
  return null
}
