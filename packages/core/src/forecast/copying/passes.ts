import type { Bytes, BytesPerSecond, Milliseconds } from '../../units.ts'
import type { Scenario } from './scenario.ts'
import { sendMs, thresholdBytes } from './scenario.ts'

export interface PassSequence {
  /** R₁ …: what each pass left behind. */
  readonly left: readonly Bytes[]
  readonly copyMs: Milliseconds
  /** Of each pass before the stop. */
  readonly passesMs: readonly Milliseconds[]
  readonly bytes: Bytes
  /** Whether the last of `left` is at most `stopBytes`. */
  readonly ends: boolean
}

/** What carries the passes from some pass on: deltas instead of pages. */
export interface LaterPasses {
  readonly fromPass: number
  readonly link: BytesPerSecond
  /** Bytes on the wire for each of the guest's. */
  readonly wireShare: number
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
export function passesOf(scenario: Scenario, limitMs: Milliseconds, mostPauseMs = limitMs): PassSequence {
  const { firstPassBytes, link, distinct, deltas } = scenario
  const usual = thresholdBytes(scenario, limitMs)
  if (deltas === null) return runPasses(firstPassBytes, link, distinct, usual)
  return fewOfDeltas({ ...deltas, fromPass: firstDeltaPass }, [limitMs, mostPauseMs], (later) =>
    runPasses(firstPassBytes, link, distinct, usual, undefined, undefined, later),
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
  const within = (pauseMs: Milliseconds): PassSequence =>
    passesWith({ ...later, stopBytes: (later.link * surelyAgain * pauseMs) / 1000 })
  const left = within(limitMs)
  return left.ends && left.left.length < later.fromPass + fewDeltaPasses ? left : within(Math.max(limitMs, mostPauseMs))
}

/** Work that the guest loses in passes in which it is not slowed otherwise. */
export const lostInPasses = ({ lostMs }: Pick<Scenario, 'lostMs'>, passesMs: readonly Milliseconds[]): Milliseconds =>
  passesMs.reduce((sum, passMs) => sum + lostMs(passMs), 0)

/** Passes are cut off here; a sequence that needs more is said not to end. */
const mostPasses = 300
const standstill = 0.9995

/**
 * The batch recursion R(k+1) = U(R(k)/B) until R ≤ stopBytes. It never promises too much: QEMU, which syncs a little
 * before it has drained everything, ends no later. A faster link always gives fewer, smaller passes.
 * @param throttle duty is the share of time that the guest runs (1 − throttle), from pass `fromPass` on
 * @param spentMs how long the first of these passes has been going already
 * @param later null where every pass is carried alike
 */
export function runPasses(
  firstPassBytes: Bytes,
  link: BytesPerSecond,
  distinct: (tMs: Milliseconds) => Bytes,
  stopBytes: Bytes,
  throttle: { readonly duty: number; readonly fromPass: number } = { duty: 1, fromPass: 1 },
  spentMs: Milliseconds = 0,
  later: LaterPasses | null = null,
): PassSequence {
  const left: Bytes[] = []
  const passesMs: Milliseconds[] = []
  const lastAlike = Math.max(1, throttle.fromPass, later?.fromPass ?? 1)
  let sending = firstPassBytes
  let bytes = 0
  let copyMs = 0
  const carry = (pass: number, amount: Bytes): Milliseconds => {
    const deltas = later !== null && pass >= later.fromPass ? later : null
    bytes += amount * (deltas?.wireShare ?? 1)
    const tookMs = sendMs(amount, deltas?.link ?? link)
    copyMs += tookMs
    return tookMs
  }
  for (let pass = 1; pass <= mostPasses; pass++) {
    const duty = pass >= throttle.fromPass ? throttle.duty : 1
    const tookMs = carry(pass, sending)
    passesMs.push(tookMs)
    const next = distinct((tookMs + (pass === 1 ? spentMs : 0)) * duty)
    left.push(next)
    const enough = later !== null && pass >= later.fromPass ? later.stopBytes : stopBytes
    if (next <= enough) {
      carry(pass + 1, next)
      return { left, passesMs, bytes, copyMs, ends: true }
    }
    const stuck = pass > lastAlike && next >= sending * standstill
    if (stuck) break
    sending = next
  }
  return { left, passesMs, bytes, copyMs, ends: false }
}
