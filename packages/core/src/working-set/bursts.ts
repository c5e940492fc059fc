import type { DirtyWindow } from '../facts.ts'
import type { Bytes, BytesPerSecond, Milliseconds } from '../units.ts'
import type { WorkingSetCurve } from './curve.ts'
import { distinctBytesAt, fitWorkingSet } from './curve.ts'
import { areAlike } from './evidence.ts'
import { hasQuietPhases } from './quiet-phases.ts'
import { timeToWrite } from './time-to-write.ts'

/** A guest that writes for a while and rests for a while, as far as its windows show it. */
export interface Bursts {
  /** U(t) of a guest that never rests: what it writes in so much time of its bursts. */
  readonly curve: WorkingSetCurve
  readonly burstMs: Milliseconds
  readonly restMs: Milliseconds
  /** What it does in a rest, as a share of what it does in a burst. */
  readonly restPace: number
}

/** A window that found less than this share of what the most telling one of its length did saw some of a rest. */
const foundShare = 0.5
/** A window that writes for less than this share of its time, at the pace of a burst, is one of a rest. */
const writingShare = 0.5

/**
 * When a guest bursts and rests, by a watch that began and ended in the midst of a burst or a rest: so that half of one, as long as
 * they are on average, is added to the first and to the last. Null where no change between the two was seen.
 *
 * Worked example: busy for 3 s, at rest for 3 s. One change in 6 s: a burst or a rest takes 6 s on average, and half of that was not
 * seen of each, so that both take 6 s. Busy for 1 s, at rest for 4 s, busy for 1 s: two changes, 3 s on average; the rest takes 4 s, and
 * the two bursts 2.5 s each.
 *
 * @param windows in the order in which they were taken
 * @param link what makes a rest of it; see {@link hasQuietPhases}
 */
export function burstsOf(windows: readonly DirtyWindow[], memoryBytes: Bytes, link: BytesPerSecond): Bursts | null {
  if (!hasQuietPhases(windows, memoryBytes, link)) return null
  const curve = fitWorkingSet(
    windows.filter((window) => window.dirtyBytes >= most(windows, window) * foundShare),
    memoryBytes,
  )
  const distinct = (tMs: Milliseconds): Bytes => distinctBytesAt(curve, 'likely', tMs)
  const phases: Phase[] = []
  for (const { kind, windowMs, dirtyBytes } of windows) {
    if (kind === 'pass' || !(windowMs > 0)) continue
    const writtenInMs = Math.min(windowMs, timeToWrite(distinct, dirtyBytes))
    const bursts = writtenInMs >= windowMs * writingShare
    const last = phases.at(-1)
    if (last?.bursts === bursts) {
      last.tookMs += windowMs
      last.writtenInMs += writtenInMs
    } else phases.push({ bursts, tookMs: windowMs, writtenInMs })
  }
  if (phases.length < 2) return null
  const notSeenMs = sum(phases, 'tookMs') / (phases.length - 1) / 2
  const meanMs = (like: boolean): Milliseconds => {
    const ends = [phases[0], phases.at(-1)].filter((phase) => phase?.bursts === like).length
    const these = phases.filter(({ bursts }) => bursts === like)
    return (sum(these, 'tookMs') + ends * notSeenMs) / these.length
  }
  const rests = phases.filter(({ bursts }) => !bursts)
  const restPace = sum(rests, 'writtenInMs') / sum(rests, 'tookMs')
  return { curve, burstMs: meanMs(true), restMs: meanMs(false), restPace }
}

/** Windows one after the other that are all of bursts, or all of rests. */
interface Phase {
  readonly bursts: boolean
  tookMs: Milliseconds
  /** How long a guest that bursts takes to write as much. */
  writtenInMs: Milliseconds
}

/** How much of a stretch, counted in the time of its bursts, a guest writes in that was so far into a burst when all began. */
export function writtenMs(
  { burstMs, restMs, restPace }: Bursts,
  intoMs: Milliseconds,
  fromMs: Milliseconds,
  tookMs: Milliseconds,
): Milliseconds {
  const bursting = (untilMs: Milliseconds): Milliseconds => {
    const cycles = Math.floor(untilMs / (burstMs + restMs))
    return cycles * burstMs + Math.min(burstMs, untilMs - cycles * (burstMs + restMs))
  }
  const burst = bursting(intoMs + fromMs + tookMs) - bursting(intoMs + fromMs)
  return burst + (tookMs - burst) * restPace
}

const most = (windows: readonly DirtyWindow[], like: DirtyWindow): Bytes =>
  Math.max(...windows.filter((window) => areAlike(window, like)).map(({ dirtyBytes }) => dirtyBytes))

const sum = (phases: readonly Phase[], of: 'tookMs' | 'writtenInMs'): Milliseconds =>
  phases.reduce((total, phase) => total + phase[of], 0)
