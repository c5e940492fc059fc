import { constants, zstdCompressSync } from 'node:zlib'
import type { ContentFacts, Range } from '@landfall/core'

/** Of every machine that is sampled. */
export const pageBytes = 4096
/** QEMU's multifd compresses so many pages at a time (MULTIFD_PACKET_SIZE, 512 KiB). */
const packetBytes = 128 * pageBytes
/** QEMU's own level (multifd-zstd-level). */
const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** Sixteen packets say what a packet compresses to; more take a core as long as nobody else can use it. */
const mostCompressed = 16 * (packetBytes / pageBytes)

/** What pieces of the guest's memory say of all of it: each is a stretch of pages, looked at and forgotten. */
export class ContentSeen {
  readonly #zeroShares: number[] = []
  readonly #notZero: Uint8Array[] = []
  #pages = 0

  add(piece: Uint8Array): void {
    const pages = pagesOf(piece)
    const notZero = pages.filter((page) => !isZero(page))
    this.#pages += pages.length
    this.#zeroShares.push((pages.length - notZero.length) / Math.max(1, pages.length))
    for (const page of notZero.slice(0, mostCompressed - this.#notZero.length))
      this.#notZero.push(Uint8Array.from(page))
  }

  /** Null for too few to say anything. */
  get facts(): ContentFacts | null {
    if (this.#zeroShares.length < fewestPieces) return null
    return {
      sampledPages: this.#pages,
      zeroShare: meanWithin(this.#zeroShares),
      zstdRatio: zstdRatioOf(this.#notZero),
    }
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

const zeroPage = Buffer.alloc(pageBytes)
const isZero = (page: Uint8Array): boolean => zeroPage.equals(page)
