import type { DomainMemoryStat } from '../protocol/structs.gen.ts'

// VIR_DOMAIN_MEMORY_STAT_*: the field of each tag at the index that is its number, and what one unit is.
const fields = [
  ['swapInBytes', 1024],
  ['swapOutBytes', 1024],
  ['majorFaults', 1],
  ['minorFaults', 1],
  ['unusedBytes', 1024],
  ['availableBytes', 1024],
  ['actualBytes', 1024],
  ['rssBytes', 1024],
  ['usableBytes', 1024],
  ['lastUpdateSeconds', 1],
  ['diskCachesBytes', 1024],
  ['hugetlbAllocations', 1],
  ['hugetlbFailures', 1],
] as const

/** A guest's memory as its balloon driver and the host tell; most fields are missing without a balloon. */
export type MemoryStats = { readonly [Name in (typeof fields)[number][0]]?: number }

export const readMemoryStats = (stats: readonly DomainMemoryStat[]): MemoryStats => {
  const read: { -readonly [Name in keyof MemoryStats]: MemoryStats[Name] } = {}
  for (const { tag, val } of stats) {
    const field = fields[tag]
    if (field !== undefined) read[field[0]] = Number(val) * field[1]
  }
  return read
}
