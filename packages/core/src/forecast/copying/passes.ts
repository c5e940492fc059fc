import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'
import { timeToWrite } from '../../working-set/time-to-write.ts'
import type { Deltas } from './deltas.ts'
import { deltasAfter } from './deltas.ts'
import type { Scenario } from './scenario.ts'
import { sendMs, thresholdBytes } from './scenario.ts'

/** A stretch of copying without a break: how much is left when it begins and when it ends. */
export interface CopyStretch {
  readonly fromBytes: Bytes
  readonly toBytes: Bytes
  readonly tookMs: Milliseconds
}

/** All of so much, sent at that rate. */
export const whole = (bytes: Bytes, link: BytesPerSecond): CopyStretch => ({
  fromBytes: bytes,
  toBytes: 0,
  tookMs: sendMs(bytes, link),
})

export interface PassSequence {
  /** R₁ …: what each pass left behind. */
  readonly left: readonly Bytes[]
  readonly copyMs: Milliseconds
  /** Of each pass before the stop. */
  readonly passesMs: readonly Milliseconds[]
  readonly bytes: Bytes
  /** Each pass, and what is sent after the stop where it ends, or is ended; they take `copyMs` together. */
  readonly stretches: readonly CopyStretch[]
  /** Whether the last of `left` is at most `stopBytes` and what goes out between two looks of QEMU's. */
  readonly ends: boolean
  /** They were not left to end by themselves: a lever did, with more than that left. */
  readonly byLever?: true
  /** They end in a pause that is longer than the usual limit, which is raised for it. */
  readonly raisesLimit?: true
}

/** What carries the passes from some pass on: deltas instead of pages. */
export interface LaterPasses extends Deltas {
  readonly fromPass: number
  /** What is little enough for a stop then. */
  readonly stopBytes: Bytes
}

/** XBZRLE is off in pass 1, and pass 2 fills its cache (QEMU's ram.c: xbzrle_started). */
export const firstDeltaPass = 3

/** A stop is planned with this share of what a pass of deltas carried: the pages that are left may have changed more. */
export const surelyAgain = 0.7

/**
 * The passes of a reading under that limit. QEMU's threshold is its estimate × the limit. With deltas that is of bytes on the
 * wire, and compared with whole pages all the same; where it takes more than a few passes to get below it, QEMU is told what
 * deltas carry (steer/decide/pause/delta-limit.ts).
 */
export function passesOf(
  scenario: Scenario,
  limitMs: Milliseconds,
  mostPauseMs = limitMs,
  conditions: Pick<PassConditions, 'writtenMs' | 'endedAfter' | 'lookMs'> = {},
): PassSequence {
  const { firstPassBytes, link, distinct, deltas } = scenario
  const usual = thresholdBytes(scenario, limitMs)
  const ahead = { queuedBytes: firstPassBytes, link, distinct, stopBytes: usual }
  if (deltas === null) return runPasses(ahead, conditions)
  return fewOfDeltas({ ...deltas, fromPass: firstDeltaPass }, [limitMs, mostPauseMs], (later) =>
    runPasses(ahead, { ...conditions, later }),
  )
}

/** More passes of deltas would follow in a few hundredths of a second each, and leave QEMU and the guest time for nothing else. */
export const fewDeltaPasses = 4

/** The passes under the usual limit; where more than a few of them were deltas, those under the longest pause that is allowed. */
export function fewOfDeltas(
  later: Omit<LaterPasses, 'stopBytes'>,
  [limitMs, mostPauseMs]: readonly [Milliseconds, Milliseconds],
  passesWith: (later: LaterPasses) => PassSequence,
): PassSequence {
  const stopBytes = (pauseMs: Milliseconds): Bytes => (later.link * surelyAgain * pauseMs) / 1000
  const usual = passesWith({ ...later, stopBytes: stopBytes(limitMs) })
  if (usual.ends && usual.left.length < later.fromPass + fewDeltaPasses) return usual
  const longest = passesWith({ ...later, stopBytes: stopBytes(Math.max(limitMs, mostPauseMs)) })
  return longest.ends && (longest.left.at(-1) ?? 0) > stopBytes(limitMs) ? { ...longest, raisesLimit: true } : longest
}

/** Passes of a migration without an end that are worth a picture. */
const mostDrawn = 12

/** What is drawn of them. */
export const drawn = ({ ends, stretches }: PassSequence): readonly CopyStretch[] =>
  ends ? stretches : stretches.slice(0, mostDrawn)

/** Work that the guest loses in passes in which it is not slowed otherwise. */
export const lostInPasses = ({ lostMs }: Pick<Scenario, 'lostMs'>, passesMs: readonly Milliseconds[]): Milliseconds =>
  passesMs.reduce((sum, passMs) => sum + lostMs(passMs), 0)

/** Passes are cut off here; a sequence that needs more is said not to end. */
const mostPasses = 300
/** Where a pass leaves this share of the excess over the threshold that it found, it goes on like that. */
const standstill = 0.9995

/** Passes that are to come. */
export interface PassesAhead {
  /** What the first of them sends. */
  readonly queuedBytes: Bytes
  readonly link: BytesPerSecond
  /** U(t) */
  readonly distinct: (tMs: Milliseconds) => Bytes
  /** T: little enough to stop the guest. */
  readonly stopBytes: Bytes
}

export interface PassConditions {
  /** `duty` is the share of time that the guest runs (1 − throttle), from pass `fromPass` on. */
  readonly throttle?: { readonly duty: number; readonly fromPass: number }
  /**
   * How much of a stretch the guest writes in, counted in the time of U(t), for one that does not all the time. `fromMs` is what these
   * passes have taken before it.
   */
  readonly writtenMs?: (fromMs: Milliseconds, tookMs: Milliseconds) => Milliseconds
  /** What is left after so many passes is sent in any case: a lever ends them. */
  readonly endedAfter?: number
  /** How long the first of these passes has been going already. */
  readonly spentMs?: Milliseconds
  /** Null where every pass is carried alike. */
  readonly later?: LaterPasses | null
  /** What is queued is what the guest has written; in a migration's first pass it is all of its memory. */
  readonly isRewritten?: boolean
  /** What goes out in that time besides is little enough, too: between two looks of QEMU's, unless told. */
  readonly lookMs?: Milliseconds
}

/** QEMU compares what is left with its threshold after at most so long of sending (ram.c: MAX_WAIT). */
const betweenLooksMs: Milliseconds = 50

/**
 * The passes until R ≤ stopBytes, as QEMU goes through them: it syncs as soon as what is still queued is below the threshold T, so
 * that a pass sends R(k) − T, and finds T + U(s + (R(k) − T)/B) − U(s), with U(s) = T: what is written of the pages that are still
 * queued counts once.
 * It ends where the excess over T is no more than goes out between two looks. A faster link always gives fewer, smaller passes.
 *
 * Worked example: W = 100 MB at 70 MB/s, B = 59 MB/s, T = 41 MB. From R = 85 MB the excess is 44, 24, 15, 9, 6, 4, 2.7 MB: 1.8 s,
 * although U(T/B) = 38 MB would leave nearly all of T again after a whole pass.
 */
export function runPasses(
  { queuedBytes, link, distinct, stopBytes }: PassesAhead,
  {
    throttle = { duty: 1, fromPass: 1 },
    writtenMs,
    endedAfter,
    spentMs = 0,
    later = null,
    isRewritten = false,
    lookMs = betweenLooksMs,
  }: PassConditions = {},
): PassSequence {
  const left: Bytes[] = []
  const passesMs: Milliseconds[] = []
  const stretches: CopyStretch[] = []
  const lastAlike = Math.max(1, throttle.fromPass, later?.fromPass ?? 1)
  let sending = queuedBytes
  let bytes = 0
  let copyMs = 0
  /** What the pages of this pass were written in, since they were sent before. */
  let writtenInMs = Infinity
  const carry = (pass: number, amount: Bytes): Milliseconds => {
    const deltas = deltasIn(pass)
    bytes += amount * (deltas?.wireShare ?? 1)
    const tookMs = sendMs(amount, deltas?.link ?? link)
    copyMs += tookMs
    return tookMs
  }
  const deltasIn = (pass: number): Deltas | null =>
    later !== null && pass >= later.fromPass ? deltasAfter(later, writtenInMs) : null
  // What stays queued is the threshold itself in nearly every pass.
  let stays = { bytes: 0, writtenWithinMs: 0 }
  for (let pass = 1; pass <= mostPasses; pass++) {
    const duty = pass >= throttle.fromPass ? throttle.duty : 1
    const deltas = deltasIn(pass)
    const [enough, rate] = deltas !== null && later !== null ? [later.stopBytes, deltas.link] : [stopBytes, link]
    const fromMs = copyMs
    const tookMs = carry(pass, Math.max(0, sending - enough))
    passesMs.push(tookMs)
    const queued = Math.min(sending, enough)
    stretches.push({ fromBytes: sending, toBytes: queued, tookMs })
    if (queued !== stays.bytes) stays = { bytes: queued, writtenWithinMs: timeToWrite(distinct, queued) }
    const ranMs = pass === 1 && !isRewritten ? 0 : stays.writtenWithinMs
    const ranInMs = writtenMs === undefined ? tookMs : writtenMs(fromMs, tookMs)
    writtenInMs = ranMs + (ranInMs + (pass === 1 ? spentMs : 0)) * duty
    const found = distinct(writtenInMs) - distinct(ranMs)
    const next = queued + found
    left.push(next)
    const ends = next <= enough + (rate * lookMs) / 1000
    if (ends || pass === endedAfter) {
      stretches.push({ fromBytes: next, toBytes: 0, tookMs: carry(pass + 1, next) })
      return { left, passesMs, bytes, copyMs, stretches, ends: true, ...(ends ? {} : { byLever: true as const }) }
    }
    // Of the excess alone: beside a large threshold it may still halve while the whole hardly shrinks.
    const stuck = writtenMs === undefined && pass > lastAlike && next - enough >= (sending - enough) * standstill
    if (stuck) break
    sending = next
  }
  return { left, passesMs, bytes, copyMs, stretches, ends: false }
}
