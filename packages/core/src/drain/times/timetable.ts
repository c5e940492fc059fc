import type { Range } from '../../range.ts'
import { range } from '../../range.ts'
import type { Milliseconds } from '../../units.ts'
import { launchedBeforeEndMs } from './launch-lead.ts'
import type { DrainLimits, LinkMove } from './links.ts'
import { Links } from './links.ts'
import { Soonest } from './soonest.ts'
import { WaitingMoves } from './waiting-moves.ts'

/** A move as the order of moves sees it. */
export interface PlannedMove extends LinkMove {
  readonly uuid: string
  /** Before anything is sent: checks, measuring, libvirt's preparation. */
  readonly beforeMs: Milliseconds
  /** Of the link's whole rate, what it writes while it shares the link included; null where nobody can say. */
  readonly copyMs: Range | null
  readonly afterMs: Milliseconds
  /** Higher goes first. */
  readonly priority: number
}

/** One that has begun: nobody asks whether it may. */
export interface MoveUnderWay extends PlannedMove {
  /** What its preparation took: by it the next begins before its end ({@link launchedBeforeEndMs}). */
  readonly preparedInMs: Milliseconds
}

export interface MoveTime {
  readonly uuid: string
  /** From the start of the drain; ranges of the same three readings. */
  readonly startMs: Range
  readonly endMs: Range
}

export interface Timetable {
  /** In the order in which they are started. */
  readonly moves: readonly MoveTime[]
  /** Null where a move's own time is not known. */
  readonly totalMs: Range | null
  /** No order is faster: what the busiest link has to carry, and the longest move. */
  readonly boundMs: Milliseconds
  /** The most at the same time, and of each host's link. */
  readonly peak: readonly { readonly host: string; readonly way: 'out' | 'in'; readonly atOnce: number }[]
}

/** The order in which moves are tried: those that need the link alone, then the longest; short ones fill the gaps. */
export function inOrder<Move extends PlannedMove>(moves: readonly Move[]): readonly Move[] {
  return moves.toSorted(
    (a, b) =>
      b.priority - a.priority ||
      Number(b.alone) - Number(a.alone) ||
      (b.copyMs?.likely ?? Infinity) - (a.copyMs?.likely ?? Infinity) ||
      (a.uuid < b.uuid ? -1 : 1),
  )
}

/**
 * When each move starts and ends where the one that comes first and fits is started whenever another ends: a window that slides,
 * no batches. Moves that share a link share what it carries. Pure.
 */
export function timetable(
  moves: readonly PlannedMove[],
  limits: DrainLimits,
  underWay: readonly MoveUnderWay[] = [],
): Timetable {
  const waiting = inOrder(moves)
  const ordered = [...underWay, ...waiting]
  const [low, likely, high] = (['low', 'likely', 'high'] as const).map((reading) =>
    run(underWay, waiting, limits, reading),
  )
  const times = ordered.map(({ uuid }) => ({
    uuid,
    startMs: range(at(low, uuid, 'startMs'), at(likely, uuid, 'startMs'), at(high, uuid, 'startMs')),
    endMs: range(at(low, uuid, 'endMs'), at(likely, uuid, 'endMs'), at(high, uuid, 'endMs')),
  }))
  const isKnown = ordered.every(({ copyMs }) => copyMs !== null)
  return {
    moves: times.toSorted((a, b) => a.startMs.likely - b.startMs.likely),
    totalMs: isKnown ? range(low?.totalMs ?? 0, likely?.totalMs ?? 0, high?.totalMs ?? 0) : null,
    boundMs: bound(ordered),
    peak: likely?.peak ?? [],
  }
}

const at = (run: Run | undefined, uuid: string, end: 'startMs' | 'endMs'): number => run?.times.get(uuid)?.[end] ?? 0

function bound(moves: readonly PlannedMove[]): Milliseconds {
  const links = new Map<string, number>()
  let longest = 0
  for (const { from, to, beforeMs, copyMs, afterMs } of moves) {
    const copy = copyMs?.likely ?? 0
    longest = Math.max(longest, beforeMs + copy + afterMs)
    for (const link of [`out ${from}`, `in ${to}`]) links.set(link, (links.get(link) ?? 0) + copy)
  }
  return [...links.values()].reduce((most, each) => Math.max(most, each), longest)
}

interface Run {
  readonly times: ReadonlyMap<string, { readonly startMs: number; readonly endMs: number }>
  readonly totalMs: number
  readonly peak: Timetable['peak']
}

interface Running {
  readonly move: PlannedMove
  readonly preparedInMs: Milliseconds
  phase: 'before' | 'copy' | 'last-of-copy' | 'after'
  /** Of its phase; of the copy with the link to itself. */
  leftMs: number
  speed: number
  since: number
  /** Counts changes: an older entry of the queue is void. */
  turn: number
}

function run(
  underWay: readonly MoveUnderWay[],
  ordered: readonly PlannedMove[],
  limits: DrainLimits,
  reading: 'low' | 'likely' | 'high',
): Run {
  const links = new Links()
  const copying = new Map<string, Set<Running>>()
  const queue = new Soonest<{ readonly running: Running; readonly turn: number }>()
  const waiting = new WaitingMoves(ordered)
  const times = new Map<string, { startMs: number; endMs: number }>()
  const peaks = new Map<string, { host: string; way: 'out' | 'in'; atOnce: number }>()
  let now = 0

  const schedule = (running: Running): void => {
    running.turn++
    const untilMs = running.leftMs / running.speed
    // Whoever comes next is prepared while the last of this one is sent.
    const at = running.phase === 'copy' ? Math.max(0, untilMs - launchedBeforeEndMs(running.preparedInMs)) : untilMs
    queue.add(now + at, { running, turn: running.turn })
  }
  const setOf = (link: string): Set<Running> => {
    let set = copying.get(link)
    if (set === undefined) copying.set(link, (set = new Set()))
    return set
  }
  const linksOf = ({ from, to }: PlannedMove): readonly [string, string] => [`out ${from}`, `in ${to}`]
  const share = (move: PlannedMove): void => {
    for (const running of new Set(linksOf(move).flatMap((link) => [...setOf(link)]))) {
      const speed = 1 / Math.max(1, ...linksOf(running.move).map((link) => setOf(link).size))
      if (speed === running.speed && running.since === now) continue
      running.leftMs = Math.max(0, running.leftMs - (now - running.since) * running.speed)
      running.since = now
      running.speed = speed
      schedule(running)
    }
  }
  const note = (host: string, way: 'out' | 'in'): void => {
    const atOnce = links.of(host)[way]
    const before = peaks.get(`${way} ${host}`)
    if (before === undefined || before.atOnce < atOnce) peaks.set(`${way} ${host}`, { host, way, atOnce })
  }
  const start = (move: PlannedMove, preparedInMs = move.beforeMs): void => {
    links.add(move)
    note(move.from, 'out')
    note(move.to, 'in')
    times.set(move.uuid, { startMs: now, endMs: now })
    schedule({ move, preparedInMs, phase: 'before', leftMs: move.beforeMs, speed: 1, since: now, turn: 0 })
  }
  const startAll = (hosts: readonly string[] | null): void => {
    for (const move of waiting.near(hosts)) {
      if (links.isFull(limits)) return
      if (!links.takes(move, limits)) continue
      waiting.remove(move)
      start(move)
    }
  }
  for (const move of underWay) start(move, move.preparedInMs)
  startAll(null)
  for (let next = queue.take(); next !== null; next = queue.take()) {
    const { running, turn } = next.value
    if (turn !== running.turn) continue
    now = next.at
    const { move } = running
    if (running.phase === 'before') {
      Object.assign(running, { phase: 'copy', leftMs: copyOf(move, reading), since: now, speed: 1 })
      for (const link of linksOf(move)) setOf(link).add(running)
      schedule(running)
      share(move)
    } else if (running.phase === 'copy') {
      running.leftMs = Math.max(0, running.leftMs - (now - running.since) * running.speed)
      Object.assign(running, { phase: 'last-of-copy', since: now })
      schedule(running)
      links.ends(move)
      startAll([move.from, move.to])
    } else if (running.phase === 'last-of-copy') {
      for (const link of linksOf(move)) setOf(link).delete(running)
      Object.assign(running, { phase: 'after', leftMs: move.afterMs, since: now, speed: 1 })
      schedule(running)
      share(move)
    } else {
      // Where the whole fleet was at its limit anybody may have waited for this place; else those of its two hosts alone.
      const wasFull = links.isFull(limits)
      links.remove(move)
      const time = times.get(move.uuid)
      if (time !== undefined) time.endMs = now
      startAll(wasFull ? null : [move.from, move.to])
    }
  }
  return { times, totalMs: now, peak: [...peaks.values()] }
}

/** Where nobody knows: as long as the others take at most is no answer, so that it counts as nothing and the total is not told. */
const copyOf = ({ copyMs }: PlannedMove, reading: 'low' | 'likely' | 'high'): number =>
  Math.min(copyMs?.[reading] ?? 0, aYearMs)

/** One that may never end is reckoned with as if it took so long: with infinity there is no order. */
const aYearMs = 365 * 24 * 3_600_000
