import type { Range } from '../range.ts'
import type { Bytes } from '../units.ts'
import { formatBytes, formatDuration } from '../units.ts'
import type { CannotMove, DrainMove, MovesPlan, MovesPlanInput } from './plan-moves.ts'
import { planMoves } from './plan-moves.ts'
import type { MoveTime } from './times/timetable.ts'

export interface TimeWindow {
  /** Wall-clock milliseconds. */
  readonly opensAt: number
  readonly closesAt: number
}

export interface WindowVerdict extends TimeWindow {
  readonly fits: 'yes' | 'no' | 'uncertain'
  /** Guests whose move may not have ended when it closes: what to leave for another time. */
  readonly leave: readonly string[]
}

export interface DrainPlan extends MovesPlan {
  readonly kind: 'drain' | 'undrain'
  readonly host: string
  readonly verdict: 'go' | 'partly' | 'refuse'
  readonly reason: string
  readonly window: WindowVerdict | null
}

export interface DrainPlanInput extends MovesPlanInput {
  readonly kind: DrainPlan['kind']
  readonly host: string
  readonly window: TimeWindow | null
  readonly now: number
  /** Those of the host that could not even be looked at. */
  readonly unseen?: readonly CannotMove[]
}

/** Whether a whole host can go, or come back, and within a window. Pure. */
export function planDrain(input: DrainPlanInput): DrainPlan {
  const { kind, host, window, now } = input
  const planned = planMoves(input)
  const { moves, totalMs, missingBytes } = planned
  const cannot = [...planned.cannot, ...(input.unseen ?? [])]
  // The way back opens its host again, whoever cannot come.
  const verdict = cannot.length === 0 ? 'go' : moves.length === 0 && kind === 'drain' ? 'refuse' : 'partly'
  return {
    kind,
    host,
    verdict,
    reason: reasonFor(kind, verdict, moves, cannot, missingBytes, totalMs),
    ...planned,
    cannot,
    window: window === null ? null : inWindow(window, now, moves),
  }
}

const count = (number: number): string => `${number} ${number === 1 ? 'guest' : 'guests'}`

function reasonFor(
  kind: DrainPlan['kind'],
  verdict: DrainPlan['verdict'],
  moves: readonly DrainMove[],
  cannot: readonly CannotMove[],
  missingBytes: Bytes | null,
  totalMs: Range | null,
): string {
  if (verdict === 'go') {
    if (moves.length === 0) return kind === 'drain' ? 'no guest runs there' : 'there is nothing to bring back'
    const time = totalMs === null ? 'how long it takes is not known' : `in about ${formatDuration(totalMs.likely)}`
    return `${count(moves.length)} can go: ${time}`
  }
  const missing = missingBytes === null ? '' : `; room for ${formatBytes(missingBytes)} is missing`
  return `${count(cannot.length)} of ${moves.length + cannot.length} cannot go (${cannot.map(({ guest }) => guest).join(', ')})${missing}`
}

function inWindow(
  window: TimeWindow,
  now: number,
  moves: readonly (Omit<MoveTime, 'uuid'> & DrainMove)[],
): WindowVerdict {
  const begins = Math.max(now, window.opensAt)
  const surely = moves.filter(({ endMs }) => begins + endMs.high > window.closesAt)
  const likely = moves.filter(({ endMs }) => begins + endMs.likely > window.closesAt)
  const unknown = moves.filter(({ copyMs }) => copyMs === null)
  const leave = [...new Set([...surely, ...unknown])].map(({ guest }) => guest)
  return { ...window, fits: likely.length > 0 ? 'no' : leave.length > 0 ? 'uncertain' : 'yes', leave }
}
