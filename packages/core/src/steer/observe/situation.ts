import { diskFlow, wireRate } from '../../disks/local-disks.ts'
import type { DirtyWindow, Facts } from '../../facts.ts'
import type { Deltas } from '../../forecast/copying/deltas.ts'
import { shareAfter } from '../../forecast/copying/deltas.ts'
import type { LaterPasses, PassSequence } from '../../forecast/copying/passes.ts'
import { fewOfDeltas, firstDeltaPass, runPasses, surelyAgain } from '../../forecast/copying/passes.ts'
import {
  assumedOverestimate,
  sendMs,
  slowerAsDeltas,
  switchoverCostMs,
  thresholdBytes,
} from '../../forecast/copying/scenario.ts'
import { effectiveDuty } from '../../forecast/throttle.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'
import type { WorkingSetCurve } from '../../working-set/curve.ts'
import { distinctBytesAt, fitWorkingSet } from '../../working-set/curve.ts'
import { measuredRate, overestimateRatio, wireShare } from './link-estimate.ts'
import type { Sample } from './sample.ts'
import { unsentBytes } from './unsent.ts'
import type { SteerState } from '../state.ts'

/** Everything that a decision looks at, worked out from the state and one sample. */
export interface Situation {
  /** B, of the guest's bytes, measured where it can be. */
  readonly link: BytesPerSecond
  /** Of whole pages; less than `link` where that is of deltas. */
  readonly pageLink: BytesPerSecond
  /** What deltas carry of the guest's memory, or will in the passes that are still to come; null without them. */
  readonly deltas: Omit<Deltas, 'wireShare'> | null
  /** What a stop is planned with: less than `link` where that is of deltas, since the pages that are left may have changed more. */
  readonly stopLink: BytesPerSecond
  /** Bytes on the wire for each of the guest's: QEMU's own rate and threshold are of those. */
  readonly wireShare: number
  readonly fastestLink: BytesPerSecond
  /** Share of its speed that a throttle leaves the guest; 1 without one. */
  readonly duty: number
  /** How far QEMU's estimate of B overshoots. */
  readonly overestimate: number
  readonly curve: WorkingSetCurve
  readonly remainingBytes: Bytes
  /** What of that this pass has still to send; see {@link unsentBytes}. */
  readonly unsentBytes: Bytes
  /** Passes still to come if nothing is done. */
  readonly ahead: PassSequence
  /** The most that could be left if the guest stopped now or later in this pass. */
  readonly mostPendingBytes: Bytes
  /** What QEMU takes for little enough: rate × limit. */
  readonly thresholdBytes: Bytes
  readonly elapsedMs: Milliseconds
  /** Until the deadline; Infinity without one. */
  readonly slackMs: Milliseconds
}

/** QEMU's estimate was seen to overshoot by this much on a steady shaped link even when the samples did not catch it. */
const leastOverestimate = 1.1

/** Fitting is most of a sample's cost and the windows change once per pass. */
const curves = new WeakMap<readonly DirtyWindow[], WorkingSetCurve>()

export function curveOf({ dirtyWindows, memoryBytes }: Facts): WorkingSetCurve {
  const known = curves.get(dirtyWindows)
  if (known?.memoryBytes === memoryBytes) return known
  const curve = fitWorkingSet(dirtyWindows, memoryBytes)
  curves.set(dirtyWindows, curve)
  return curve
}

export function linkRate(state: SteerState): BytesPerSecond {
  const { facts } = state
  const measured = measuredRate(state.link)
  if (measured !== null) return measured
  const wire = wireRate(facts.link).likely
  return (diskFlow(facts, 'likely', wire).memoryLink * facts.link.bytesPerSecond.likely) / wire
}

/** The share of its usual work that the guest does under QEMU's throttle. */
export const dutyOf = (sample: Sample, facts: Facts): number => effectiveDuty(sample.throttlePercent, facts)

export function situationOf(state: SteerState, sample: Sample, now: Milliseconds): Situation {
  const { facts, intent } = state
  const pageLink = linkRate(state)
  const carried = deltasNow(state, sample)
  const link = carried?.link ?? pageLink
  const share = carried === null ? (wireShare(state.link) ?? facts.link.wireShare?.likely ?? 1) : 1
  const threshold = thresholdBytes(carried ?? { link, wireShare: share }, state.switchover.limitMs)
  const curve = curveOf(facts)
  const duty = dutyOf(sample, facts)
  const remainingBytes = sample.remainingBytes
  const unsent = unsentBytes(facts, curve, sample)
  const distinct = (ranMs: Milliseconds): Bytes => distinctBytesAt(curve, 'likely', ranMs)
  const spentMs = state.passes.ranMs / duty
  const elapsedMs = now - state.startedAt
  const later = carried === null ? deltasAhead(state, sample) : null
  const next = carried === null ? null : afterThis(state, carried, threshold)
  const mostPauseMs = intent.maxPauseMs - switchoverCostMs(facts)
  const passesWith = (by: LaterPasses | null): PassSequence =>
    runPasses(
      { queuedBytes: unsent, link, distinct, stopBytes: threshold },
      { throttle: { duty, fromPass: 1 }, spentMs, later: by, isRewritten: state.passes.ended > 0 },
    )
  return {
    link,
    pageLink,
    deltas: next ?? carried ?? later,
    stopLink: carried === null ? link : carried.surely,
    wireShare: share,
    fastestLink: Math.max(facts.link.bytesPerSecond.high, facts.link.deltas?.bytesPerSecond.high ?? 0, link) * 1.05,
    overestimate:
      Math.max(leastOverestimate, overestimateRatio(state.link) ?? assumedOverestimate) *
      slowerAsDeltas(facts.link, pageLink, state.deltas.bytesPerSecond),
    duty,
    curve,
    remainingBytes,
    unsentBytes: unsent,
    ahead: later === null ? passesWith(next) : fewOfDeltas(later, [state.switchover.limitMs, mostPauseMs], passesWith),
    mostPendingBytes: mostPending(state, remainingBytes, curve, sendMs(remainingBytes, link)),
    thresholdBytes: threshold,
    elapsedMs,
    slackMs: intent.deadlineMs === undefined ? Infinity : intent.deadlineMs - elapsedMs,
  }
}

/** Whether this pass goes as deltas: what is on the wire then says nothing of the link. */
export const carriesDeltas = ({ link }: Facts, { phase, pass }: Sample): boolean =>
  link.deltas !== undefined && phase === 'active' && pass >= firstDeltaPass

/** What carries this pass, where that is deltas; and what surely does, which is no more than whole pages before it was seen. */
function deltasNow(
  state: SteerState,
  sample: Sample,
): { readonly link: BytesPerSecond; readonly surely: BytesPerSecond; readonly wireShare: number } | null {
  const { deltas } = state.facts.link
  if (deltas === undefined || !carriesDeltas(state.facts, sample)) return null
  const { low } = deltas.bytesPerSecond
  const surely =
    state.deltas.bytesPerSecond === undefined
      ? Math.min(low, linkRate(state))
      : (state.deltas.leastBytesPerSecond ?? state.deltas.bytesPerSecond) * surelyAgain
  return { link: state.deltas.bytesPerSecond ?? low, surely, wireShare: deltas.wireShare.likely }
}

/**
 * What carries the passes after one of deltas, by what this one carries: its pages were sent a pass before, and those of the next
 * more lately where passes become shorter. Null where that is not known to matter.
 */
function afterThis({ facts, passes }: SteerState, { link, wireShare }: Deltas, stopBytes: Bytes): LaterPasses | null {
  const growth = facts.link.deltas?.growth
  const [before, latest] = passes.boundaries.slice(-2)
  if (growth === undefined || before === undefined || latest === undefined) return null
  return { fromPass: 2, link: link * shareAfter(growth, latest.at - before.at), wireShare, growth, stopBytes }
}

/** What will carry later passes, counted from the one that is under way. */
function deltasAhead(state: SteerState, sample: Sample): Omit<LaterPasses, 'stopBytes'> | null {
  const { deltas } = state.facts.link
  if (deltas === undefined || sample.phase !== 'active') return null
  const then = { link: deltas.bytesPerSecond.likely, wireShare: deltas.wireShare.likely, growth: deltas.growth ?? null }
  const fromPass = Math.max(1, firstDeltaPass - Math.max(1, sample.pass) + 1)
  return { ...then, fromPass }
}

/** A set that was seen whole: no more is written in a longer window, up to this. */
const flat = 1.15
/** What the curve may be off by where it is flat. */
const flatDoubt = 1.02
/** A sample comes up to 100 ms after its boundary: so much had been sent, and may have been written again. */
const lateSampleMs = 100

/**
 * A page that is pending was written since it was last sent, which is at most the pass before and this one ago.
 * Where the curve is flat that far, a little more than its likely value; else its upper bound.
 */
function mostPending(state: SteerState, remainingBytes: Bytes, curve: WorkingSetCurve, passMs: Milliseconds): Bytes {
  const [before, latest] = state.passes.boundaries.slice(-2)
  const lastPassMs = before && latest ? latest.at - before.at : sendMs(state.facts.memoryBytes, linkRate(state))
  const windowMs = lastPassMs + Math.max(passMs, 1000)
  const most = distinctBytesAt(curve, 'high', windowMs)
  const likely = distinctBytesAt(curve, 'likely', windowMs)
  // Judged by what the boundary left: inside the pass what remains of that says nothing about the set.
  const seenWhole = most <= Math.max(remainingBytes, latest?.leftBytes ?? 0) * flat
  const missedBytes = (linkRate(state) * lateSampleMs) / 1000
  return Math.min(curve.memoryBytes, Math.max(remainingBytes + missedBytes, seenWhole ? likely * flatDoubt : most))
}

/** Pass windows that are kept: enough to see a guest change, few enough to journal. */
const keptPassWindows = 8

/** Shorter passes are timed too badly by looks 100 ms apart. */
const shortestPassMs = 500

export interface EndedPass {
  /** In the guest's own running time. */
  readonly tookMs: Milliseconds
  readonly leftBytes: Bytes
  /** What was still queued at the sync: it was not counted again, and most of it was not written again. */
  readonly carriedBytes: Bytes
}

/** What an ended pass says about U: the whole guest, silent rewrites included. R = l + U(τ)·(1 − l/W). */
export function learnFromPass(
  windows: readonly DirtyWindow[],
  pass: EndedPass,
  workingSetBytes: Bytes,
): readonly DirtyWindow[] {
  const { tookMs, leftBytes, carriedBytes } = pass
  if (tookMs < shortestPassMs) return windows
  const fresh = Math.max(0, leftBytes - carriedBytes)
  const known = Math.min(0.5, carriedBytes / Math.max(workingSetBytes, leftBytes, 1))
  const dirtyBytes = Math.min(leftBytes, fresh / (1 - known))
  const probes = windows.filter(({ kind }) => kind !== 'pass')
  // What earlier migrations saw was a help until now.
  const passes = windows.filter(({ kind, ageMs }) => kind === 'pass' && ageMs === undefined).slice(1 - keptPassWindows)
  return [...probes, ...passes, { windowMs: tookMs, dirtyBytes, kind: 'pass' }]
}
