import type { Bytes } from '../../units.ts'
import { disksShare } from '../observe/disks-share.ts'
import type { Sample } from '../observe/sample.ts'
import { pagesSent } from '../observe/sample.ts'
import type { Situation } from '../observe/situation.ts'
import type { LastLook, SteerState } from '../state.ts'
import { isAboutToStop } from '../observe/about-to-stop.ts'
import { bytesAhead } from './bytes-ahead.ts'

/** Nothing short of `completed` is all of it. */
const almost = 0.98
/** Kept back, as a share of all that is sent, for what passes may still leave: most in the first, which has shown nothing yet. */
const keptBack = { firstPass: 0.15, later: 0.08, ending: 0.02 }

/**
 * How far along. Each look takes that part of the way that is left which its bytes are of the bytes still expected: as long as these
 * hold, that is bytes sent ÷ bytes in all, and where passes leave more than was expected it goes on more slowly instead of standing
 * still or running backwards. It moves with bytes only.
 */
export function progressOf(state: SteerState, sample: Sample, situation: Situation, before: LastLook | null): number {
  const expected = bytesAhead(state, sample, situation)
  if (expected === null) return state.progress
  // Local disks were copied before: what they took is done.
  const start = Math.max(state.progress, disksShare(state))
  const fresh = before === null && state.progress <= disksShare(state)
  const moved = fresh ? movedSoFar(state, sample) : movedSince(before, state, sample)
  if (moved === 0) return start
  const inFirstPass = sample.pass <= 1 && sample.phase === 'active'
  const rest = inFirstPass ? sample.remainingBytes + expected : expected
  const ends = sample.phase !== 'active' || isAboutToStop(state)
  const inAll = movedSoFar(state, sample) + rest
  const aside = inAll * keptBack[ends ? 'ending' : inFirstPass ? 'firstPass' : 'later']
  const next = start + ((1 - start) * moved) / (moved + rest + aside)
  return Math.max(state.progress, Math.min(almost, next))
}

/** Pages of the first pass, which cost next to nothing where they are zero; then bytes. */
function movedSoFar({ facts }: SteerState, sample: Sample): Bytes {
  const inFirstPass = sample.pass <= 1 && sample.phase === 'active'
  return inFirstPass ? Math.max(0, facts.memoryBytes - sample.remainingBytes) : pagesSent(sample)
}

function movedSince(before: LastLook | null, { passes }: SteerState, sample: Sample): Bytes {
  if (before === null) return 0
  const inFirstPass = passes.ended === 0 && sample.pass <= 1 && sample.phase === 'active'
  const sent = before.sentBytes === undefined ? 0 : pagesSent(sample) - before.sentBytes
  return Math.max(0, inFirstPass ? before.remainingBytes - sample.remainingBytes : sent)
}
