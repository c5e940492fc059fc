import { disksConverge, wireRate } from '../../disks/local-disks.ts'
import { sendMs, switchoverCostMs } from '../../forecast/copying/scenario.ts'
import type { Range } from '../../range.ts'
import { range } from '../../range.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'
import { formatBytes, formatRate, toldApart } from '../../units.ts'
import { beginAbort } from './end/abort.ts'
import { measuredRate, noLinkEstimate, observeLink } from '../observe/link-estimate.ts'
import { allocatedBytes, disksShare } from '../observe/disks-share.ts'
import { shortestLookMs } from '../observe/next-look.ts'
import type { DiskProgress, Sample } from '../observe/sample.ts'
import type { AbortAct, DiskCopyState, Outlook, SteerState, Steering } from '../state.ts'

/**
 * While local disks are copied nothing is decided about passes: no memory has moved. Only a copy that cannot end, or not
 * in time, is ended here; the guest then stays where it is.
 */
export function steerDisks(state: SteerState, sample: Sample, disks: DiskProgress, now: Milliseconds): Steering {
  const copy = observeDisks(state, sample, disks, now)
  const link = measuredRate(copy.link) ?? wireRate(state.facts.link).likely
  const act = outOfTime(state, disks, link, now) ?? withoutGain(disks, copy, link)
  const seen: SteerState = { ...(act === null ? state : beginAbort(state, act, now)), disks: copy }
  const share = disksShare(seen) * (disks.copiedBytes / Math.max(1, disks.totalBytes))
  const next = { ...seen, progress: Math.max(state.progress, share) }
  return {
    state: next,
    acts: act === null ? [] : [act],
    why: act === null ? null : act.why,
    outlook: outlookOnDisks(next, disks, link, act !== null),
    lookAgainMs:
      act === null
        ? Math.min(longestLookMs, Math.max(shortestLookMs, sendMs(disks.remainingBytes, link) * 0.25))
        : shortestLookMs,
  }
}

const longestLookMs: Milliseconds = 1000

function observeDisks(state: SteerState, sample: Sample, disks: DiskProgress, now: Milliseconds): DiskCopyState {
  const { remainingBytes, copiedBytes, totalBytes } = disks
  const before = state.disks
  const asStream: Sample = { ...sample, bytesSent: copiedBytes, remainingBytes, bandwidthBytesPerSecond: null }
  const link = observeLink(before?.link ?? noLinkEstimate, asStream, now)
  if (before !== undefined && remainingBytes >= before.leastLeftBytes) return { ...before, link, totalBytes }
  return { link, totalBytes, leastLeftBytes: remainingBytes, copiedAtLeastBytes: copiedBytes }
}

/**
 * What is left to be sent. QEMU's mirror counts a sparse disk's holes as if they were sent, and nobody knows where they
 * lie: at least what is allocated beyond all that was counted, likely its share.
 */
function dataLeft(facts: SteerState['facts'], { totalBytes, copiedBytes, remainingBytes }: DiskProgress): Range {
  const allocated = allocatedBytes(facts)
  if (allocated === null) return range(0, remainingBytes, remainingBytes * 1.5)
  const share = Math.min(1, allocated / Math.max(1, totalBytes))
  return range(
    Math.min(remainingBytes, Math.max(0, allocated - copiedBytes)),
    remainingBytes * share,
    // Nothing is left of the holes, and the guest goes on writing.
    Math.min(remainingBytes, allocated) * 1.5,
  )
}

/** The least share of its memory that a running guest has touched. */
const leastTouchedShare = 0.05

/** Both flows are ahead: the rest of the disks, then the memory that is surely not zero. */
function outOfTime(state: SteerState, disks: DiskProgress, link: BytesPerSecond, now: Milliseconds): AbortAct | null {
  const { facts, intent } = state
  if (intent.deadlineMs === undefined) return null
  const slackMs = intent.deadlineMs - (now - state.startedAt)
  const fastest = Math.max(facts.link.bytesPerSecond.high, link) * 1.05
  const memoryBytes = (facts.likelyNonZeroBytes ?? facts.memoryBytes * leastTouchedShare) * 0.9
  const diskBytes = dataLeft(facts, disks).low
  const leastMs = sendMs(diskBytes + memoryBytes, fastest)
  if (leastMs <= slackMs) return null
  const left = `at least ${formatBytes(diskBytes)} of local disks and ${formatBytes(memoryBytes)} of memory are left`
  const [takes, time] = toldApart(leastMs, Math.max(0, slackMs))
  const message = `cannot end by the deadline: ${left}, which takes ${takes} even at ${formatRate(fastest)}; ${time} are left (the link carries ${formatRate(link)})`
  const numbers = {
    pass: 0,
    diskRemainingBytes: Math.round(diskBytes),
    linkBytesPerSecond: Math.round(link),
    slackMs: Math.round(slackMs),
  }
  return { kind: 'abort', reason: { code: 'deadline-cannot-be-met', message }, why: message, numbers }
}

/** A copy is given up when it carried twice what was left, and this long a stretch of the link, and no less was left. */
const fruitlessSeconds = 10

function withoutGain(
  disks: DiskProgress,
  { leastLeftBytes, copiedAtLeastBytes }: DiskCopyState,
  link: BytesPerSecond,
): AbortAct | null {
  const fruitlessBytes = disks.copiedBytes - copiedAtLeastBytes
  if (fruitlessBytes < Math.max(leastLeftBytes * 2, link * fruitlessSeconds)) return null
  const message = `the local disks of the guest cannot be copied: with ${formatBytes(leastLeftBytes)} to go ${formatBytes(fruitlessBytes)} more were copied and no less was left; it writes to them as fast as the link carries (${formatRate(link)})`
  const numbers = {
    pass: 0,
    diskRemainingBytes: disks.remainingBytes,
    leastLeftBytes,
    fruitlessBytes,
    linkBytesPerSecond: Math.round(link),
  }
  return { kind: 'abort', reason: { code: 'disks-will-not-converge', message }, why: message, numbers }
}

function outlookOnDisks(state: SteerState, disks: DiskProgress, link: BytesPerSecond, aborting: boolean): Outlook {
  const { progress } = state
  if (aborting) return { etaMs: null, progress, line: 'aborting; the guest stays on the source' }
  const copied = `${formatBytes(disks.copiedBytes)} of ${formatBytes(disks.totalBytes)}`
  return {
    etaMs: etaOf(state, disks, link),
    progress,
    line: `copying local disks: ${copied} at ${formatRate(link)}; the memory follows`,
  }
}

function etaOf({ facts }: SteerState, disks: DiskProgress, link: BytesPerSecond): Range | null {
  if (disksConverge(facts) === 'no') return null
  const known: Bytes = facts.likelyNonZeroBytes ?? facts.memoryBytes
  const { low, high } = facts.link.bytesPerSecond
  const after = switchoverCostMs(facts) + facts.overheads.teardownMs
  const left = dataLeft(facts, disks)
  return range(
    sendMs(left.low + known * 0.5, Math.max(high, link)),
    sendMs(left.likely + known, Math.min(high, link)) + after,
    // What the guest writes meanwhile is sent twice at worst: a plateau is no larger than that.
    sendMs(left.high + known * 2, Math.min(low, link)) + after * 3,
  )
}
