import type { Facts } from '../../facts.ts'
import type { Bytes } from '../../units.ts'

/** QEMU's own; smaller ones are of no use. */
const leastCache: Bytes = 64 * 2 ** 20
/** QEMU's table of the cache (24 bytes a page), for each byte of it. */
const tableShare = 0.006

/**
 * The size of XBZRLE's cache, a power of two as QEMU wants it. Room for every page, so that no two share a place (it is mapped
 * by page number); a copy is made only of what is sent again. But no more than the source can spare: a guest that begins to
 * rewrite everything fills it.
 */
export function xbzrleCacheBytes({ memoryBytes, streams }: Pick<Facts, 'memoryBytes' | 'streams'>): Bytes {
  const everyPage = 2 ** Math.ceil(Math.log2(memoryBytes))
  const spare = (streams?.sourceSpareBytes ?? 0) / (1 + tableShare)
  return Math.min(everyPage, 2 ** Math.floor(Math.log2(Math.max(leastCache, spare))))
}
