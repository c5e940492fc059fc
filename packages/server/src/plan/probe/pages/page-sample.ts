import type { ContentFacts, DeltaFacts } from '@landfall/core'
import type { Domain, DomainDescription } from '@landfall/libvirt'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import type { Clock } from '../../../clock.ts'
import { evenly } from '../../../clock.ts'
import { ContentSeen, pageBytes } from './page-content.ts'
import { deltaFactsOf, deltaShares } from './page-deltas.ts'
import { addressAt, ramRanges } from './ram-ranges.ts'

/** Pages of a piece: what is read at once. Four times as many take twice as long and tell less than other places do. */
const pieceBytes = 16 * pageBytes
/** They are kept until the second look, and a service plans for several guests at a time: 16 MiB each. */
const mostPieces = 256
const longestMs = 2500
/** Of the time in which a guest is watched: the second look takes as long as the first, and comes a while after it. */
const firstLookShare = 0.4
/**
 * After each read so many times as long nothing is read. Each keeps libvirtd, QEMU and this program busy for 2 to 4 ms, and a guest
 * on a host without free cores got 20 % less done while they followed one another (`bench/probe-cost`).
 */
const restPerRead = 5
/** No longer: where a host is slow, few pieces would be left. */
const longestRestMs = 40
/** A page that is looked at again so soon shows what a short pass of deltas sends of it. */
const soonMs = 300
/** Of what is read: where a host is slow, more places tell more. */
const soonShare = 0.5
/** A few places may be no RAM after all (a device that was mapped over it). */
const mostFailures = 8

/** How the pages are looked at. */
export interface PageLooks {
  /**
   * A second look, which tells how pages change, is over so long after now: it takes as long as the first. None without. With one,
   * pages are looked at again within the first, too, a moment after each.
   */
  readonly againWithinMs?: number
  /** So long after the first, if that can be, and as late as possible where nothing had changed by then; only then when absent. */
  readonly againAfterMs?: number
  /** Ends the second look, and the waiting for it, early. */
  readonly over?: AbortSignal
  /** Where it begins, 0 ≤ x < 1. */
  readonly random?: () => number
}

/**
 * Reads pieces of the running guest's memory from places that are spread evenly over it (libvirt's memory peek, QEMU's `pmemsave`):
 * reads only, RAM only, over within 2.5 s, and the same pieces a second time where that is wanted. What was read is looked at and
 * forgotten.
 * Null where it cannot be done: other machines than PCs, no permission, a host that refuses.
 */
export async function samplePages(
  domain: Pick<Domain, 'memoryPeek'>,
  description: Pick<DomainDescription, 'arch' | 'machine' | 'memoryBytes' | 'memoryDevices'>,
  wallClock: Clock,
  { againWithinMs = 0, againAfterMs = Infinity, over, random = Math.random }: PageLooks = {},
): Promise<ContentFacts | null> {
  const ranges = ramRanges(description)
  if (ranges === null) return null
  const clock = evenly(wallClock)
  const beganAt = clock.now()
  const lookMs = againWithinMs > 0 ? Math.min(longestMs, againWithinMs * firstLookShare) : longestMs
  const pieces: Piece[] = []
  const seen = new ContentSeen()
  const reader = new Reader(domain, clock)
  const soon = new Changes(reader, clock)
  const nextPlace = evenPlaces(random())
  let lookedAgain = -1
  let failures = 0
  while (pieces.length < mostPieces && failures < mostFailures && clock.now() < beganAt + lookMs) {
    const due = againWithinMs > 0 ? readBy(pieces, clock.now() - soonMs) : -1
    const before = pieces[due]
    if (before !== undefined && due > lookedAgain && soon.looked < pieces.length * soonShare) {
      lookedAgain = due
      await soon.lookAt(before)
      continue
    }
    const address = addressAt(ranges, nextPlace(), pieceBytes)
    if (address === null) return null
    const at = clock.now()
    const bytes = await reader.read(address)
    if (bytes === null) {
      failures++
      continue
    }
    seen.add(bytes)
    pieces.push({ address, at, bytes })
  }
  const lookedMs = clock.now() - beganAt
  const content = seen.facts
  if (content === null || againWithinMs <= 0) return content
  // In the same order and at the same pace: all are looked at after the same time, and those that fit are spread evenly, too.
  const endAt = beganAt + againWithinMs
  const latestAt = endAt - lookedMs
  const isOver = (): boolean => clock.now() >= endAt || over?.aborted === true
  const lookAgain = async (at: number): Promise<DeltaFacts | null> => {
    await clock.sleep(Math.max(0, at - clock.now()), over)
    const changes = new Changes(reader, clock)
    for (const piece of pieces) {
      if (isOver() || changes.failures >= mostFailures) break
      await changes.lookAt(piece)
    }
    return changes.facts
  }
  const againAt = Math.min(beganAt + againAfterMs, latestAt)
  // A guest that rested until then may have written by the end.
  const deltas = (await lookAgain(againAt)) ?? (latestAt > againAt ? await lookAgain(latestAt) : null)
  if (deltas === null) return content
  const sooner = soon.facts
  return { ...content, deltas: sooner === null ? deltas : { ...deltas, soon: sooner } }
}

/** The last that was read by then; -1 where none was. */
const readBy = (pieces: readonly Piece[], then: number): number => pieces.findLastIndex(({ at }) => at <= then)

interface Piece {
  readonly address: number
  /** When it was read. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** What has changed in pieces since they were read. Keeps nothing of what it reads: each is compared at once. */
class Changes {
  readonly #reader: Reader
  readonly #clock: Clock
  readonly #shares: number[][] = []
  #apartMs = 0
  looked = 0
  failures = 0

  constructor(reader: Reader, clock: Clock) {
    this.#reader = reader
    this.#clock = clock
  }

  async lookAt({ address, at, bytes }: Piece): Promise<void> {
    this.looked++
    const lookedAt = this.#clock.now()
    const now = await this.#reader.read(address)
    if (now === null) {
      this.failures++
      return
    }
    this.#shares.push(deltaShares(bytes, now))
    this.#apartMs += lookedAt - at
  }

  /** Null where too few pages have changed to say anything. */
  get facts(): DeltaFacts | null {
    const facts = deltaFactsOf(this.#shares)
    return facts === null ? null : { ...facts, apartMs: this.#apartMs / this.#shares.length }
  }
}

/**
 * Places from 0 to 1, each in one of the widest gaps that those before it have left: steps of the golden ratio. Of a stretch that takes
 * half of the memory seventy of them tell how long it is to one or two percent; as many random ones would to six.
 */
function evenPlaces(start: number): () => number {
  let place = start
  return () => {
    const now = place
    place = (place + goldenStep) % 1
    return now
  }
}

const goldenStep = (Math.sqrt(5) - 1) / 2

/** Reads a piece at a time, with a rest after each. */
class Reader {
  readonly #domain: Pick<Domain, 'memoryPeek'>
  readonly #clock: Clock

  constructor(domain: Pick<Domain, 'memoryPeek'>, clock: Clock) {
    this.#domain = domain
    this.#clock = clock
  }

  /** Null where it cannot be read, or not all of it. */
  async read(address: number): Promise<Uint8Array | null> {
    const beganAt = this.#clock.now()
    try {
      const bytes = await this.#domain.memoryPeek(address, pieceBytes)
      return bytes.length === pieceBytes ? bytes : null
    } catch (error) {
      if (error instanceof LibvirtError || error instanceof LibvirtClientError) return null
      throw error
    } finally {
      await this.#clock.sleep(Math.min((this.#clock.now() - beganAt) * restPerRead, longestRestMs))
    }
  }
}
