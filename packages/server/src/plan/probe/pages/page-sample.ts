import type { ContentFacts, DeltaFacts } from '@landfall/core'
import type { Domain, DomainDescription } from '@landfall/libvirt'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import type { Clock } from '../../../clock.ts'
import { ContentSeen, everyOtherPage, pageBytes } from './page-content.ts'
import { deltaFactsOf, deltaShares } from './page-deltas.ts'
import { addressAt, ramRanges } from './ram-ranges.ts'

/** Pages of a piece: what is read at once, and what the guest waits for: 64 KiB take QEMU some microseconds. */
const pieceBytes = 16 * pageBytes
const mostPieces = 512
const longestMs = 2500
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
  /** 0 ≤ x < 1 */
  readonly random?: () => number
}

/**
 * Reads pieces of the running guest's memory from random places (libvirt's memory peek, QEMU's `pmemsave`): reads only, RAM
 * only, over within 2.5 s, and the same pieces a second time where that is wanted. What was read is looked at and forgotten.
 * Null where it cannot be done: other machines than PCs, no permission, a host that refuses.
 */
export async function samplePages(
  domain: Pick<Domain, 'memoryPeek'>,
  description: Pick<DomainDescription, 'arch' | 'machine' | 'memoryBytes' | 'memoryDevices'>,
  clock: Clock,
  { againWithinMs = 0, againAfterMs = Infinity, over, random = Math.random }: PageLooks = {},
): Promise<ContentFacts | null> {
  const ranges = ramRanges(description)
  if (ranges === null) return null
  const beganAt = clock.now()
  const pieces: Piece[] = []
  const seen = new ContentSeen()
  const soon = new Changes(domain, clock)
  let lookedAgain = -1
  let failures = 0
  while (pieces.length < mostPieces && failures < mostFailures && clock.now() < beganAt + longestMs) {
    const due = againWithinMs > 0 ? readBy(pieces, clock.now() - soonMs) : -1
    const before = pieces[due]
    if (before !== undefined && due > lookedAgain && soon.looked < pieces.length * soonShare) {
      lookedAgain = due
      await soon.lookAt(before)
      continue
    }
    const address = addressAt(ranges, random(), pieceBytes)
    if (address === null) return null
    const at = clock.now()
    const bytes = await readPiece(domain, address)
    if (bytes === null) {
      failures++
      continue
    }
    seen.add(bytes)
    pieces.push({ address, at, bytes: everyOtherPage(bytes) })
  }
  const lookedMs = clock.now() - beganAt
  const content = seen.facts
  if (content === null || againWithinMs <= 0) return content
  // In the same order and at the same pace: all are looked at after the same time, and those that fit are a random choice.
  const endAt = beganAt + againWithinMs
  const latestAt = endAt - lookedMs
  const isOver = (): boolean => clock.now() >= endAt || over?.aborted === true
  const lookAgain = async (at: number): Promise<DeltaFacts | null> => {
    await clock.sleep(Math.max(0, at - clock.now()), over)
    const changes = new Changes(domain, clock)
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
  /** Of every other page: a service plans for several guests at a time, and each has hundreds of pieces. */
  readonly bytes: Uint8Array
}

/** What has changed in pieces since they were read. Keeps nothing of what it reads: each is compared at once. */
class Changes {
  readonly #domain: Pick<Domain, 'memoryPeek'>
  readonly #clock: Clock
  readonly #shares: number[][] = []
  #apartMs = 0
  looked = 0
  failures = 0

  constructor(domain: Pick<Domain, 'memoryPeek'>, clock: Clock) {
    this.#domain = domain
    this.#clock = clock
  }

  async lookAt({ address, at, bytes }: Piece): Promise<void> {
    this.looked++
    const lookedAt = this.#clock.now()
    const now = await readPiece(this.#domain, address)
    if (now === null) {
      this.failures++
      return
    }
    this.#shares.push(deltaShares(bytes, everyOtherPage(now)))
    this.#apartMs += lookedAt - at
  }

  /** Null where too few pages have changed to say anything. */
  get facts(): DeltaFacts | null {
    const facts = deltaFactsOf(this.#shares)
    return facts === null ? null : { ...facts, apartMs: this.#apartMs / this.#shares.length }
  }
}

/** Null where it cannot be read, or not all of it. */
async function readPiece(domain: Pick<Domain, 'memoryPeek'>, address: number): Promise<Uint8Array | null> {
  try {
    const bytes = await domain.memoryPeek(address, pieceBytes)
    return bytes.length === pieceBytes ? bytes : null
  } catch (error) {
    if (error instanceof LibvirtError || error instanceof LibvirtClientError) return null
    throw error
  }
}
