import { open, readFile } from 'node:fs/promises'

import { LabError } from '../errors.ts'
import { judgeGuest, messagesSince } from './guest-check.ts'
import type { GuestVerdict } from './guest-check.ts'
import { parseProgress, parseRecord } from './record-lines.ts'
import type { ProgressRecord, ProgressSample, RecordedLine } from './record-lines.ts'
import { recordPaths } from '../guests/recorder.ts'
import { waitFor } from '../machine/wait.ts'

/** The machine's CLOCK_MONOTONIC in ms: the clock of all records. */
export function monotonicNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** All that a guest told of its progress so far, in order. */
export async function readProgress(lab: string, guest: string): Promise<readonly ProgressSample[]> {
  return (await readProgressRecord(lab, guest)).samples
}

/** As `readProgress`, with what the guest found wrong and its other news. */
export async function readProgressRecord(lab: string, guest: string): Promise<ProgressRecord> {
  return parseProgress(await readRecord(recordPaths(lab, guest).progressFile))
}

/** Messages of the guest's kernel since a moment of the monotonic clock: warnings and worse. */
export async function consoleMessages(lab: string, guest: string, sinceMs = 0): Promise<readonly RecordedLine[]> {
  return messagesSince(parseRecord(await readRecord(recordPaths(lab, guest).consoleFile)), sinceMs)
}

/** What became of a guest since a moment of the monotonic clock, whatever libvirt says. */
export async function checkGuest(lab: string, guest: string, sinceMs: number): Promise<GuestVerdict> {
  // Before the records are read: what that takes on a busy machine is no silence of the guest.
  const nowMs = monotonicNowMs()
  const progress = await readProgressRecord(lab, guest)
  const console = parseRecord(await readRecord(recordPaths(lab, guest).consoleFile))
  return judgeGuest(progress, console, sinceMs, nowMs)
}

export interface ProgressWait {
  readonly deadlineMs?: number
  /** What came before does not count; the moment of the call unless told. */
  readonly sinceMs?: number
  readonly signal?: AbortSignal
}

/** The first sample that shows work done since `sinceMs`. Rejects with `deadline-passed` (30 s unless told). */
export async function waitForProgress(lab: string, guest: string, options: ProgressWait = {}): Promise<ProgressSample> {
  const sinceMs = options.sinceMs ?? monotonicNowMs()
  const { progressFile } = recordPaths(lab, guest)
  return waitFor(
    `progress of guest "${guest}"`,
    async () => {
      const { samples } = parseProgress(await readTail(progressFile))
      const before = samples.findLast(({ atMonotonicMs }) => atMonotonicMs <= sinceMs)
      const after = samples.filter(({ atMonotonicMs }) => atMonotonicMs > sinceMs)
      const start = before ?? after[0]
      return (
        after.find(({ work, bootId }) => start !== undefined && (work > start.work || bootId !== start.bootId)) ?? null
      )
    },
    { deadlineMs: options.deadlineMs ?? 30_000, intervalMs: 40, signal: options.signal },
  )
}

/**
 * Waits until the guest has read all of its memory once since `sinceMs`: about 31 ms per MiB (a database's values: 250 ms).
 * The Linux guest leaves out what it rewrites and reads with each write. Rejects with `deadline-passed` (120 s unless told).
 */
export async function waitForSweep(lab: string, guest: string, options: ProgressWait = {}): Promise<ProgressSample> {
  const sinceMs = options.sinceMs ?? monotonicNowMs()
  return waitFor(
    `a whole sweep of guest "${guest}"`,
    async () => {
      const { samples, pagesInSweep } = await readProgressRecord(lab, guest)
      const start = samples.find(({ atMonotonicMs }) => atMonotonicMs > sinceMs)
      const last = samples.at(-1)
      if (start === undefined || last === undefined) return null
      // Of a database only some values are read before they are written; the second end of a sweep ends a whole one.
      if (last.bootId === start.bootId && last.sweeps - start.sweeps >= 2) return last
      const swept = sweptPages(last) - (last.bootId === start.bootId ? sweptPages(start) : 0)
      return swept >= pagesInSweep ? last : null
    },
    { deadlineMs: options.deadlineMs ?? 120_000, intervalMs: 250, signal: options.signal },
  )
}

/** Every write verifies its page first; what was verified beyond that was read by a sweep. */
const sweptPages = (sample: ProgressSample): number => sample.pagesVerified - sample.pagesWritten

async function readRecord(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new LabError('record-unreadable', `${file}: no such record; is the guest's name right?`, { cause })
  }
}

/** The last 32 KiB, some ten seconds; the first line may be cut and is then no line of a record. */
async function readTail(file: string): Promise<string> {
  try {
    await using handle = await open(file)
    const { size } = await handle.stat()
    const start = Math.max(0, size - 32 * 1024)
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - start), position: start })
    return buffer.toString('utf8', 0, bytesRead)
  } catch (cause) {
    throw new LabError('record-unreadable', `${file}: no such record; is the guest's name right?`, { cause })
  }
}
