/** What a guest had done when it said so (guest/). Counters start at 0 with each boot. */
export interface ProgressSample {
  /** The machine's CLOCK_MONOTONIC: the clock of `monotonicNowMs` and of process.hrtime. */
  readonly atMonotonicMs: number
  readonly atWallMs: number
  /** Drawn anew with each boot. */
  readonly bootId: string
  /** By the guest's own clock, which stands still while the guest is paused. */
  readonly uptimeMs: number
  /** Grows with each page written, and while nothing is due; stands still only while the guest does. */
  readonly work: number
  readonly pagesWritten: number
  readonly pagesVerified: number
  readonly pagesWrong: number
  readonly blocksWritten: number
  readonly blocksVerified: number
  readonly blocksWrong: number
  /** How often all memory that a sweep reads was read through. */
  readonly sweeps: number
  /**
   * By the guest's own clock, the longest time since the sample before in which one of its processors did not get on; null for
   * a Linux guest, whose clock stands still with it. It sees what lasts less than the time between two samples, too.
   */
  readonly longestGapMs: number | null
}

/** A line of a record with its time: a kernel message, or what the guest found wrong. */
export interface RecordedLine {
  readonly atMonotonicMs: number
  readonly atWallMs: number
  readonly text: string
}

/** How long a guest's client waited for the answers to what it had sent its server in one go. */
export interface RequestTime {
  /** When it was told, up to 40 ms later. */
  readonly atMonotonicMs: number
  readonly tookMs: number
}

export interface ProgressRecord {
  readonly samples: readonly ProgressSample[]
  /** Of a guest with a database; up to 24 between two samples. */
  readonly requests: readonly RequestTime[]
  /** Pages or blocks that were not what had been written, in the guest's words. */
  readonly wrongs: readonly RecordedLine[]
  /** Pages that the guest fills, of the last boot; 0 before it starts to. */
  readonly pagesInAll: number
  /** Those of them that it rewrites. */
  readonly pagesInSet: number
  /** Those that a sweep reads: all of them, or those that are never rewritten. */
  readonly pagesInSweep: number
  /** When the guest last began to power off by itself; null: never. */
  readonly poweredOffAtMonotonicMs: number | null
  /** Lines whose checksum does not hold. */
  readonly tornLines: number
}

/** Splits a record into lines with their times; what is not one is left out. */
export function parseRecord(text: string): RecordedLine[] {
  const lines: RecordedLine[] = []
  for (const line of text.split('\n')) {
    const match = /^(\d+\.\d+) (\d+) (.*)$/.exec(line)
    if (match !== null)
      lines.push({ atMonotonicMs: Number(match[1]), atWallMs: Number(match[2]), text: match[3] ?? '' })
  }
  return lines
}

/** The checksum that ends each line of the guest's program. */
export function lineChecksum(text: string): string {
  let sum = 0
  for (const byte of Buffer.from(text)) sum = (sum * 31 + byte) & 0xffff
  return sum.toString(16).padStart(4, '0')
}

/** The words of a line whose checksum holds; null for any other. */
function soundBody(text: string): string | null {
  const body = text.slice(0, -5)
  return text.slice(-5) === ` ${lineChecksum(body)}` ? body : null
}

/** What a `P` line counts, without the moment at which it came. */
export type Counted = Omit<ProgressSample, 'atMonotonicMs' | 'atWallMs'>

function countedOf(bootId: string, numbers: readonly number[]): Counted {
  const at = (index: number): number => numbers[index] ?? Number.NaN
  return {
    bootId,
    uptimeMs: at(0),
    work: at(1),
    pagesWritten: at(2),
    pagesVerified: at(3),
    pagesWrong: at(4),
    blocksWritten: at(5),
    blocksVerified: at(6),
    blocksWrong: at(7),
    sweeps: at(8),
    longestGapMs: numbers.length > 9 ? at(9) / 1000 : null,
  }
}

/** A `P` line as it leaves the guest; null for any other line. */
export function parseProgressLine(text: string): Counted | null {
  const [kind, bootId = '', ...fields] = soundBody(text)?.split(' ') ?? []
  return kind === 'P' ? countedOf(bootId, fields.map(Number)) : null
}

/** Reads a guest's progress record. */
export function parseProgress(text: string): ProgressRecord {
  const samples: ProgressSample[] = []
  const requests: RequestTime[] = []
  const wrongs: RecordedLine[] = []
  let pagesInAll = 0
  let pagesInSet = 0
  let pagesInSweep = 0
  let poweredOffAtMonotonicMs: number | null = null
  let tornLines = 0
  for (const line of parseRecord(text)) {
    const body = soundBody(line.text)
    if (body === null) {
      tornLines++
      continue
    }
    const [kind, bootId = '', ...fields] = body.split(' ')
    const numbers = fields.map(Number)
    const at = (index: number): number => numbers[index] ?? Number.NaN
    if (kind === 'P')
      samples.push({ atMonotonicMs: line.atMonotonicMs, atWallMs: line.atWallMs, ...countedOf(bootId, numbers) })
    if (kind === 'L')
      for (const us of numbers.slice(1)) requests.push({ atMonotonicMs: line.atMonotonicMs, tookMs: us / 1000 })
    if (kind === 'F') {
      pagesInAll = at(2)
      pagesInSet = at(3)
      pagesInSweep = numbers.length > 4 ? at(4) : at(2) - at(3)
    }
    if (kind === 'W') wrongs.push({ ...line, text: body })
    if (kind === 'Q') poweredOffAtMonotonicMs = line.atMonotonicMs
  }
  return { samples, requests, wrongs, pagesInAll, pagesInSet, pagesInSweep, poweredOffAtMonotonicMs, tornLines }
}
