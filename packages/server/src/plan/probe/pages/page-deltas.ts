import type { DeltaFacts } from '@landfall/core'
import { deltaBytes } from './delta-bytes.ts'
import { pageBytes, pagesOf } from './page-content.ts'

/** Of a page that is sent as a delta: 8 bytes for the place, 1 for the encoding, 2 for the length (save_xbzrle_page). */
const headerBytes = 11
/** Fewer say little of all the others. */
const fewestPages = 16

/** Of every page of a piece that is another at the second look: what XBZRLE would send of it, as a share of the page. Pure. */
export function deltaShares(before: Uint8Array, after: Uint8Array): number[] {
  const afterwards = pagesOf(after)
  return pagesOf(before).flatMap((page, at) => {
    const now = afterwards[at] ?? page
    if (Buffer.compare(page, now) === 0) return []
    return Math.min(1, (deltaBytes(page, now) + headerBytes) / pageBytes)
  })
}

/**
 * The mean over all changed pages, two standard errors either way, with a piece as one observation: its pages are neighbours
 * and much alike. Null for too few to say anything. Pure.
 *
 * @param pieces the shares of each piece's changed pages
 */
export function deltaFactsOf(pieces: readonly (readonly number[])[]): DeltaFacts | null {
  const seen = pieces.filter((shares) => shares.length > 0)
  const changedPages = seen.reduce((count, shares) => count + shares.length, 0)
  if (changedPages < fewestPages || seen.length < 2) return null
  const likely = sum(seen.map(sum)) / changedPages
  const deviations = seen.map((shares) => (sum(shares) - likely * shares.length) ** 2)
  const doubt = (2 * Math.sqrt((sum(deviations) * seen.length) / (seen.length - 1))) / changedPages
  return { changedPages, share: { low: Math.max(0, likely - doubt), likely, high: Math.min(1, likely + doubt) } }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
