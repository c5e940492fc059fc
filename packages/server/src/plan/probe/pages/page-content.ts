import { constants, zstdCompressSync } from 'node:zlib'
import type { ContentFacts, Range } from '@landfall/core'

/** Of every machine that is sampled. */
export const pageBytes = 4096
/** QEMU's multifd compresses so many pages at a time (MULTIFD_PACKET_SIZE, 512 KiB). */
const packetBytes = 128 * pageBytes
/** QEMU's own level (multifd-zstd-level). */
const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/**
 * What pieces of the guest's memory say of all of it: each is a stretch of pages from a random place. Null for too few to
 * say anything. Pure.
 */
export function contentOf(pieces: readonly Uint8Array[]): ContentFacts | null {
  if (pieces.length < fewestPieces) return null
  const shares = pieces.map(zeroShareOf)
  const notZero = pieces.flatMap((piece) => pagesOf(piece).filter((page) => !isZero(page)))
  return {
    sampledPages: pieces.reduce((sum, piece) => sum + pagesOf(piece).length, 0),
    zeroShare: meanWithin(shares),
    zstdRatio: zstdRatioOf(notZero),
  }
}

/** Fewer leave the share of zero pages uncertain by a quarter and more. */
const fewestPieces = 16
/** So many pages are half a packet: fewer say little of how a whole one compresses. */
const fewestPages = 64

/**
 * Two standard errors either way, with a piece as one observation: its pages are neighbours and much alike. Where all agree
 * there may still be what no piece has hit: 3/n (the rule of three).
 */
function meanWithin(shares: readonly number[]): Range {
  const n = shares.length
  const mean = shares.reduce((sum, share) => sum + share, 0) / n
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (n - 1)
  const doubt = Math.max(2 * Math.sqrt(variance / n), 3 / n)
  return { low: Math.max(0, mean - doubt), likely: mean, high: Math.min(1, mean + doubt) }
}

/** In packets as QEMU makes them: all bytes over all bytes, between its worst and its best packet. */
function zstdRatioOf(pages: readonly Uint8Array[]): Range | null {
  if (pages.length < fewestPages) return null
  const all = Buffer.concat(pages)
  const ratios: number[] = []
  let out = 0
  for (let at = 0; at < all.length; at += packetBytes) {
    const packet = all.subarray(at, at + packetBytes)
    const { length } = zstdCompressSync(packet, level)
    out += length
    // The last one is shorter: what it compresses to is no packet's ratio.
    if (packet.length === packetBytes || ratios.length === 0) ratios.push(packet.length / length)
  }
  const likely = all.length / out
  const [low, high] = [Math.min(likely, ...ratios), Math.max(likely, ...ratios)]
  // The mean of all packets is steadier than one of them: half way to the extremes.
  return { low: (low + likely) / 2, likely, high: (high + likely) / 2 }
}

export function pagesOf(piece: Uint8Array): Uint8Array[] {
  const count = Math.floor(piece.length / pageBytes)
  return Array.from({ length: count }, (_, i) => piece.subarray(i * pageBytes, (i + 1) * pageBytes))
}

function zeroShareOf(piece: Uint8Array): number {
  const pages = pagesOf(piece)
  return pages.filter(isZero).length / Math.max(1, pages.length)
}

const zeroPage = Buffer.alloc(pageBytes)
const isZero = (page: Uint8Array): boolean => zeroPage.equals(page)
