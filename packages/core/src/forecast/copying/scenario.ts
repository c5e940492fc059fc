import { diskFlow, mirrorBacklog, wireRate } from '../../disks/local-disks.ts'
import type { Facts } from '../../facts.ts'
import type { Intent } from '../../intent.ts'
import { defaultTimeWorth } from '../../intent.ts'
import type { Range } from '../../range.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'
import type { Bursts } from '../../working-set/bursts.ts'
import { burstsOf } from '../../working-set/bursts.ts'
import type { Bound, WorkingSetCurve } from '../../working-set/curve.ts'
import { distinctBytesAt, fitWorkingSet } from '../../working-set/curve.ts'
import { loggingCost, sharedBy, workedMs } from './dirty-logging.ts'
import type { Deltas } from './deltas.ts'
import type { StopInPass } from './stop-in-pass.ts'
import { bestStopInPass } from './stop-in-pass.ts'

/** One coherent reading of the facts: at best, likely, at worst. */
export interface Scenario {
  readonly bound: Bound
  /** What the memory gets of the link. */
  readonly link: BytesPerSecond
  /** Bytes on the wire for each of the guest's. */
  readonly wireShare: number
  /** Bytes of the first pass. */
  readonly firstPassBytes: Bytes
  /** Until the first byte of memory goes out; copying local disks is in it. */
  readonly prepareMs: Milliseconds
  readonly switchoverMs: Milliseconds
  readonly teardownMs: Milliseconds
  /** U(t) of this reading. */
  readonly distinct: (tMs: Milliseconds) => Bytes
  /** Work that the guest loses in a pass of so long: to dirty logging, and to the copy itself. */
  readonly lostMs: (passMs: Milliseconds) => Milliseconds
  /** What carries the passes from the third on; null where that is whole pages, as before. */
  readonly deltas: Deltas | null
  /** Where to stop the guest in a pass that begins with so much to send. */
  readonly stopIn: (queuedBytes: Bytes) => StopInPass
  /** What a second of the migration is worth in seconds of the guest's work. */
  readonly timeWorth: number
}

export interface Scenarios {
  readonly low: Scenario
  readonly likely: Scenario
  readonly high: Scenario
  readonly curve: WorkingSetCurve
  /** Null for a guest that was not seen to write in bursts. */
  readonly bursts: Bursts | null
}

/** Pages go out with an 8-byte header and the stream has framing: 0.2 %. */
const wireOverhead = 1.002
/** Of a guest's resident size 0.94–0.96 went over the wire in the lab: QEMU itself is in it, and pages that are zero again. */
const sentShare = 0.95
/** A running Linux guest has touched at least this share of its memory. */
const leastNonZeroShare = 0.05
/** Prepare took from a third to five times what is typical; a switchover is as loose on a loaded host. */
const overheadSpread: Record<Bound, { prepare: number; switchover: number; teardown: number }> = {
  low: { prepare: 0.3, switchover: 0.15, teardown: 0.3 },
  likely: { prepare: 1, switchover: 1, teardown: 1 },
  high: { prepare: 5, switchover: 3, teardown: 5 },
}

/** What the first pass sends: of the memory, what is in use. */
export function firstPassBytes(facts: Facts, curve: WorkingSetCurve): Range {
  const all = facts.memoryBytes * wireOverhead
  // Whatever is rewritten is not zero.
  const written = distinctBytesAt(curve, 'low', 60_000)
  const sampled = sampledNonZero(facts, written)
  const resident = byResidentSize(facts, written)
  const guessed = sampled === null ? resident : corrected(resident, sampled, facts.likelyNonZeroBytes !== undefined)
  if (facts.usualFirstPassBytes === undefined) return guessed
  // What it sent last time, unless the sample shows that it has changed.
  const [least, most] = sampled === null ? [written, all] : [sampled.low, sampled.high]
  const usual = Math.min(all, most, Math.max(facts.usualFirstPassBytes, least))
  return { low: Math.max(Math.min(usual, written), usual * 0.9), likely: usual, high: Math.min(all, usual * 1.15) }
}

/** What is surely not zero. The resident size does not see pages that the guest has emptied since: a sample does. */
export function surelyNonZeroBytes({ memoryBytes, likelyNonZeroBytes, content }: Facts): Bytes {
  const resident = (likelyNonZeroBytes ?? memoryBytes * leastNonZeroShare) * 0.9
  return content === undefined ? resident : Math.min(resident, memoryBytes * (1 - content.zeroShare.high))
}

function byResidentSize(facts: Facts, written: Bytes): Range {
  const all = facts.memoryBytes * wireOverhead
  const known = facts.likelyNonZeroBytes
  const least = Math.min(all, Math.max(written, facts.memoryBytes * leastNonZeroShare, (known ?? 0) * 0.9))
  if (known === undefined) return { low: least, likely: all, high: all }
  const likely = Math.min(all, Math.max(least, known * sentShare * wireOverhead))
  return { low: least, likely, high: Math.min(all, Math.max(likely, known * 1.15)) }
}

/** What a sample of the guest's pages says is not zero; null without one. */
function sampledNonZero({ memoryBytes, content }: Facts, written: Bytes): Range | null {
  if (content === undefined) return null
  const { low, likely, high } = content.zeroShare
  const bytes = (zeroShare: number): Bytes => Math.max(written, memoryBytes * (1 - zeroShare)) * wireOverhead
  return { low: bytes(high), likely: bytes(likely), high: bytes(low) }
}

/**
 * The resident size is the finer figure, but blind to pages that the guest has emptied, and to those that are swapped out: the
 * sample decides where the two differ, and stays within the doubt where they do not.
 */
function corrected(resident: Range, sampled: Range, residentKnown: boolean): Range {
  if (!residentKnown || resident.likely < sampled.low || resident.likely > sampled.high) return sampled
  return {
    low: Math.min(resident.likely, sampled.likely, Math.max(resident.low, sampled.low)),
    likely: resident.likely,
    high: Math.max(sampled.likely, Math.min(resident.high, sampled.high)),
  }
}

/**
 * Work that a guest loses while it is copied live: syncs, the copy's own CPU, and with TCG dirty logging. The lab's TCG guest, with
 * two cores for everything, lost up to 2 s of 13 beyond its stalls; its own speed varies by as much.
 */
const liveCost: Record<Bound, { readonly tcg: number; readonly kvm: number }> = {
  low: { tcg: 0, kvm: 0 },
  likely: { tcg: 0.03, kvm: 0.01 },
  high: { tcg: 0.2, kvm: 0.06 },
}

/** At the boundary itself where the guest's speed is known only from below: a stop inside the pass is a bet on it. */
export function stopIn(
  curve: WorkingSetCurve,
  bound: Bound,
  queuedBytes: Bytes,
  link: BytesPerSecond,
  { accelerator, timeWorth }: Pick<Facts, 'accelerator'> & { readonly timeWorth: number },
): StopInPass {
  if (!curve.writeRateBounded) return { afterMs: 0, leftBytes: queuedBytes }
  const distinct = (tMs: Milliseconds): Bytes => distinctBytesAt(curve, bound, tMs)
  return bestStopInPass({ queuedBytes, link, distinct, workingSetBytes: curve.workingSetBytes, accelerator }, timeWorth)
}

/**
 * What a guest loses of a pass. That dirty logging slows its writing, too, so that passes are shorter, is not reckoned with: nothing is
 * promised of it, and the passes show it.
 */
function lostWhileLive(facts: Facts, distinct: Scenario['distinct'], bound: Bound): Scenario['lostMs'] {
  const logged = { distinct, microsecondsPerPage: loggingCost(facts)[bound], ...sharedBy(facts, bound) }
  // Where no core is free, the copy takes of the guest's at worst, whatever runs it.
  const short = bound === 'high' && (facts.streams?.freeCores ?? Infinity) < 1
  const lostShare = liveCost[bound][facts.accelerator === 'tcg' || short ? 'tcg' : 'kvm']
  return (passMs) => passMs - workedMs(logged, passMs) * (1 - lostShare)
}

/** With the guest stopped, the mirrors send what they still have and are ended, one after the other. */
const flushPerDiskMs: Record<Bound, Milliseconds> = { low: 0, likely: 30, high: 250 }

const flushMs = (
  { localDisks = [] }: Pick<Facts, 'localDisks'>,
  bound: Bound,
  { link, memoryBytes }: { readonly link: BytesPerSecond; readonly memoryBytes: Bytes },
): Milliseconds =>
  localDisks.length * flushPerDiskMs[bound] + sendMs(mirrorBacklog({ localDisks }, bound, link, memoryBytes), link)

/** δ: what a switchover likely costs with nothing of the memory left to send, the end of the mirrors included. */
export function switchoverCostMs(
  facts: Pick<Facts, 'overheads' | 'localDisks' | 'link' | 'memoryBytes' | 'likelyNonZeroBytes'>,
): Milliseconds {
  const memoryBytes = (facts.likelyNonZeroBytes ?? facts.memoryBytes) * (facts.link.wireShare?.likely ?? 1)
  return facts.overheads.switchoverMs + flushMs(facts, 'likely', { link: wireRate(facts.link).likely, memoryBytes })
}

export function scenarios(facts: Facts, timeWorth = defaultTimeWorth): Scenarios {
  const { accelerator } = facts
  const curve = fitWorkingSet(facts.dirtyWindows, facts.memoryBytes)
  const bytes = firstPassBytes(facts, curve)
  const rate = facts.link.bytesPerSecond
  const { deltas } = facts.link
  const deltasAt = (bound: Bound, rateAt: Bound): Scenario['deltas'] =>
    deltas === undefined
      ? null
      : {
          link: deltas.bytesPerSecond[rateAt],
          wireShare: deltas.wireShare[bound],
          // At worst a page changes at once as much as it ever does.
          growth: bound === 'high' ? null : (deltas.growth ?? null),
        }
  const make = (bound: Bound, rateAt: Bound): Scenario => {
    const wholeLink = rate[rateAt]
    // The best reading is the one that compresses best. Disks are not compressed: what they take is of the wire.
    const wireShare = facts.link.wireShare?.[bound] ?? 1
    const { copyMs, memoryLink } = diskFlow(facts, bound, wholeLink * wireShare)
    const link = memoryLink / wireShare
    const distinct = (tMs: Milliseconds): Bytes => distinctBytesAt(curve, bound, tMs)
    return {
      bound,
      link,
      wireShare,
      firstPassBytes: bytes[bound],
      prepareMs: facts.overheads.prepareMs * overheadSpread[bound].prepare + copyMs,
      switchoverMs:
        facts.overheads.switchoverMs * overheadSpread[bound].switchover +
        flushMs(facts, bound, { link: wholeLink * wireShare, memoryBytes: bytes[bound] * wireShare }),
      teardownMs: facts.overheads.teardownMs * overheadSpread[bound].teardown,
      distinct,
      lostMs: lostWhileLive(facts, distinct, bound),
      deltas: deltasAt(bound, rateAt),
      stopIn: (queuedBytes) => stopIn(curve, bound, queuedBytes, link, { accelerator, timeWorth }),
      timeWorth,
    }
  }
  const likely = make('likely', 'likely')
  const bursts = burstsOf(facts.dirtyWindows, facts.memoryBytes, likely.link)
  return { low: make('low', 'high'), likely, high: make('high', 'low'), curve, bursts }
}

/**
 * What QEMU takes for little enough to stop the guest, in the guest's bytes: it reckons with bytes on the wire, so that
 * compression makes the real pause shorter than its limit, and the threshold no larger.
 */
export const thresholdBytes = (
  { link, wireShare }: Pick<Scenario, 'link' | 'wireShare'>,
  limitMs: Milliseconds,
): Bytes => (link * wireShare * limitMs) / 1000

/** Bytes over a rate. */
export const sendMs = (bytes: Bytes, link: BytesPerSecond): Milliseconds => (bytes / link) * 1000

/**
 * How much more than `limit × rate` QEMU may leave for the pause, before anything was measured: it judges by a 100 ms
 * estimate of the rate, which socket buffers and the start of each rate window push up.
 */
export const assumedOverestimate = 2.5

/**
 * On a link that is faster than a core encodes, what QEMU leaves by the rate of whole pages (the end of pass 2) takes so many
 * times as long as deltas; 1 elsewhere.
 */
export const slowerAsDeltas = (
  link: Facts['link'],
  pageRate = link.bytesPerSecond.likely,
  deltaRate?: number,
): number => (link.deltas === undefined ? 1 : Math.max(1, pageRate / (deltaRate ?? link.deltas.bytesPerSecond.low)))

/**
 * The downtime limit that QEMU should run with: its own default where no pause beyond the intent can come of it,
 * else what keeps (limit × overestimate + δ) within the pause limit.
 */
export function launchDowntimeLimitMs(intent: Intent, facts: Facts): Milliseconds {
  const overestimate = assumedOverestimate * slowerAsDeltas(facts.link)
  const room = Math.max(1, (intent.maxPauseMs - switchoverCostMs(facts)) / overestimate)
  return Math.min(facts.defaultDowntimeLimitMs, Math.max(1, Math.floor(room)))
}
