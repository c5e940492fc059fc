import type { ContentFacts } from '@landfall/core'
import type { Domain, DomainDescription } from '@landfall/libvirt'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import type { Clock } from '../clock.ts'
import { contentOf, pageBytes } from './page-content.ts'
import { addressAt, ramRanges } from './ram-ranges.ts'

/** Pages of a piece: what is read at once, and what the guest waits for: 64 KiB take QEMU some microseconds. */
const pieceBytes = 16 * pageBytes
const mostPieces = 512
const longestMs = 2500
/** A few places may be no RAM after all (a device that was mapped over it). */
const mostFailures = 8

/**
 * Reads pieces of the running guest's memory from random places (libvirt's memory peek, QEMU's `pmemsave`): reads only, RAM
 * only, over within 2.5 s. What was read is looked at and forgotten. Null where it cannot be done: other machines than PCs,
 * no permission, a host that refuses.
 *
 * @param random 0 ≤ x < 1
 */
export async function samplePages(
  domain: Pick<Domain, 'memoryPeek'>,
  description: Pick<DomainDescription, 'arch' | 'machine' | 'memoryBytes' | 'memoryDevices'>,
  clock: Clock,
  random: () => number = Math.random,
): Promise<ContentFacts | null> {
  const ranges = ramRanges(description)
  if (ranges === null) return null
  const pieces: Uint8Array[] = []
  const deadline = clock.now() + longestMs
  let failures = 0
  while (pieces.length < mostPieces && failures < mostFailures && clock.now() < deadline) {
    const address = addressAt(ranges, random(), pieceBytes)
    if (address === null) return null
    try {
      const piece = await domain.memoryPeek(address, pieceBytes)
      if (piece.length === pieceBytes) pieces.push(piece)
      else failures++
    } catch (error) {
      if (!(error instanceof LibvirtError || error instanceof LibvirtClientError)) throw error
      failures++
    }
  }
  return contentOf(pieces)
}
