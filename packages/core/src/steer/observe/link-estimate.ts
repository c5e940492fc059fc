import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'
import type { Sample } from './sample.ts'
import { pagesSent } from './sample.ts'

interface Reading {
  readonly at: Milliseconds
  /** Of the guest's memory. */
  readonly sent: number
  /** On the wire, where compression makes that less. */
  readonly wire?: number
  readonly remaining: number
  /** The highest of QEMU's estimates since the reading before. */
  readonly estimate: BytesPerSecond | null
}

/** What the last seconds say about the link. Plain data. */
export interface LinkEstimate {
  readonly readings: readonly Reading[]
}

export const noLinkEstimate: LinkEstimate = { readings: [] }

/** QEMU's own estimate covers 100 ms and is bursty; two seconds of counters are steady. */
const windowMs = 2000
const spacingMs = 250
const keptMs = 15_000

export function observeLink(link: LinkEstimate, sample: Sample, now: Milliseconds): LinkEstimate {
  const estimate = sample.bandwidthBytesPerSecond
  const last = link.readings.at(-1)
  if (last && now - last.at < spacingMs) {
    if (estimate === null || estimate <= (last.estimate ?? 0)) return link
    return { readings: [...link.readings.slice(0, -1), { ...last, estimate }] }
  }
  const kept = link.readings.filter(({ at }) => now - at <= keptMs)
  const wire = sample.pageBytesSent === undefined ? {} : { wire: sample.bytesSent }
  const reading = { at: now, sent: pagesSent(sample), ...wire, remaining: sample.remainingBytes, estimate }
  return { readings: [...kept, reading] }
}

/** Zero pages leave what remains without costing bytes; a stretch with more of them than this is not bound by the link. */
const mostZeroShare = 0.2

/** A look asks several times for what its readings say. */
const ratesOf = new WeakMap<readonly Reading[], readonly BytesPerSecond[]>()

/** Rates over every stretch of two seconds that the link was what held the copy up. */
function windowRates({ readings }: LinkEstimate): readonly BytesPerSecond[] {
  const known = ratesOf.get(readings)
  if (known !== undefined) return known
  const rates = ratesIn(readings)
  ratesOf.set(readings, rates)
  return rates
}

function ratesIn(readings: readonly Reading[]): readonly BytesPerSecond[] {
  const rates: BytesPerSecond[] = []
  let from = 0
  for (const end of readings) {
    while ((readings[from + 1]?.at ?? Infinity) <= end.at - windowMs) from++
    const start = readings[from]
    if (!start || end.at - start.at < windowMs || end.sent <= start.sent) continue
    const sent = end.sent - start.sent
    if (start.remaining - end.remaining > sent / (1 - mostZeroShare)) continue
    rates.push((sent / (end.at - start.at)) * 1000)
  }
  return rates
}

/** Below this many bytes a share says nothing yet. */
const leastForShare = 2 ** 20

/** Bytes on the wire for each of the guest's, over the readings that are kept; null before enough was seen. */
export function wireShare({ readings }: LinkEstimate): number | null {
  const [first, last] = [readings[0], readings.at(-1)]
  if (first === undefined || last === undefined || last.sent - first.sent < leastForShare) return null
  if (first.wire === undefined || last.wire === undefined) return 1
  return Math.min(1, (last.wire - first.wire) / (last.sent - first.sent))
}

/**
 * The rate of the guest's bytes that the link carried at its best over two seconds of the last fifteen; with compression on
 * average, since at its best it met pages that compress well. Null before two such seconds were seen, zero pages apart.
 */
export function measuredRate(link: LinkEstimate): BytesPerSecond | null {
  const rates = windowRates(link)
  if (rates.length === 0) return null
  const compressed = link.readings.some(({ wire }) => wire !== undefined)
  return compressed ? rates.reduce((sum, rate) => sum + rate, 0) / rates.length : Math.max(...rates)
}

const onWire = ({ wire, sent }: Reading): Bytes => wire ?? sent

/** A second of the latest readings: what was queued at first and what the link did long ago is not in it. */
const latelyMs = 1000
/** Two readings. */
const leastLatelyMs = 200

/**
 * The bytes on the wire that went through in a second, lately; null before enough was seen. What QEMU sent at first filled the sockets and
 * has not come out of them.
 */
export function latestWireRate({ readings }: LinkEstimate, socketBytes: Bytes): BytesPerSecond | null {
  const last = readings.at(-1)
  const first = readings.find(({ at }) => at >= (last?.at ?? 0) - latelyMs)
  if (last === undefined || first === undefined || last.at - first.at < leastLatelyMs) return null
  const wentThrough = onWire(last) - Math.max(onWire(first), socketBytes)
  return wentThrough <= 0 ? null : (wentThrough / (last.at - first.at)) * 1000
}

/** The readings do not catch every one of QEMU's windows: the fewer there are, the higher one of the others may be. */
const unseen = (readings: number): number => 1.03 + 1 / readings

/**
 * By how much QEMU's estimate, which is of bytes on the wire, exceeds the measured rate of those at its highest, at least 1;
 * null before two seconds were seen.
 */
export function overestimateRatio(link: LinkEstimate): number | null {
  const rate = measuredRate(link)
  if (rate === null) return null
  const highest = Math.max(...link.readings.map(({ estimate }) => estimate ?? 0))
  return Math.max(1, (highest / (rate * (wireShare(link) ?? 1))) * unseen(link.readings.length))
}

/** How evenly the link has carried the stream, over stretches of two seconds of the last fifteen. */
export interface LinkSteadiness {
  /** Standard deviation ÷ mean. */
  readonly variation: number
  /** The latest stretch ÷ the best. */
  readonly latestShare: number
}

/** Readings are 250 ms apart: this many stretches are three seconds of seeing the link. */
const fewestStretches = 5

/** Null before enough of the link was seen to tell. */
export function linkSteadiness(link: LinkEstimate): LinkSteadiness | null {
  const rates = windowRates(link)
  if (rates.length < fewestStretches) return null
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length
  return { variation: Math.sqrt(variance) / mean, latestShare: (rates.at(-1) ?? mean) / Math.max(...rates) }
}
