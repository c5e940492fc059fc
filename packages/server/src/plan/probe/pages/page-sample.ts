import type { ContentFacts, DeltaFacts } from '@landfall/core'
import type { Domain, DomainDescription } from '@landfall/libvirt'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import type { Clock } from '../../../clock.ts'
import { contentOf, pageBytes } from './page-content.ts'
import { deltaFactsOf, deltaShares } from './page-deltas.ts'
import { addressAt, ramRanges } from './ram-ranges.ts'

/** Pages of a piece: what is read at once, and what the guest waits for: 64 KiB take QEMU some microseconds. */
const pieceBytes = 16 * pageBytes
const mostPieces = 512
const longestMs = 2500
/** A few places may be no RAM after all (a device that was mapped over it). */
const mostFailures = 8

/** How the pages are looked at. */
export interface PageLooks {
  /** A second look, which tells how pages change, is over so long after now: it takes as long as the first. None without. */
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
  let failures = 0
  while (pieces.length < mostPieces && failures < mostFailures && clock.now() < beganAt + longestMs) {
    const address = addressAt(ranges, random(), pieceBytes)
    if (address === null) return null
    const bytes = await readPiece(domain, address)
    if (bytes === null) failures++
    else pieces.push({ address, bytes })
  }
  const lookedMs = clock.now() - beganAt
  const content = contentOf(pieces.map(({ bytes }) => bytes))
  if (content === null || againWithinMs <= 0) return content
  // In the same order and at the same pace: all are looked at after the same time, and those that fit are a random choice.
  const endAt = beganAt + againWithinMs
  const latestAt = endAt - lookedMs
  const isOver = (): boolean => clock.now() >= endAt || over?.aborted === true
  const lookAgain = async (at: number): Promise<DeltaFacts | null> => {
    await clock.sleep(Math.max(0, at - clock.now()), over)
    return changesOf(domain, pieces, isOver)
  }
  const againAt = Math.min(beganAt + againAfterMs, latestAt)
  // A guest that rested until then may have written by the end.
  const deltas = (await lookAgain(againAt)) ?? (latestAt > againAt ? await lookAgain(latestAt) : null)
  return deltas === null ? content : { ...content, deltas }
}

interface Piece {
  readonly address: number
  readonly bytes: Uint8Array
}

/** Keeps nothing of what it reads: each piece is compared at once. */
async function changesOf(
  domain: Pick<Domain, 'memoryPeek'>,
  pieces: readonly Piece[],
  isOver: () => boolean,
): Promise<DeltaFacts | null> {
  const shares: number[][] = []
  let failures = 0
  for (const { address, bytes } of pieces) {
    if (isOver() || failures >= mostFailures) break
    const now = await readPiece(domain, address)
    if (now === null) failures++
    else shares.push(deltaShares(bytes, now))
  }
  return deltaFactsOf(shares)
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
