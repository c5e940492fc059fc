import type { ProgressRecord, RecordedLine } from './record-lines.ts'

/** What became of a guest since a moment. Anything but alive with zeros and an empty list means that it was harmed. */
export interface GuestVerdict {
  /** It said something within the last second, and not only what it had said before. */
  readonly alive: boolean
  readonly wrongPages: number
  readonly wrongBlocks: number
  readonly rebooted: boolean
  /** What the kernel wrote on its console: warnings and worse. */
  readonly kernelMessages: readonly string[]
  /** The first wrong pages and blocks, in the guest's words. */
  readonly wrongs: readonly string[]
}

const silenceMs = 1000

/** Whether nothing at all became of it. */
export const isUnharmed = ({ alive, wrongPages, wrongBlocks, rebooted, kernelMessages }: GuestVerdict): boolean =>
  alive && wrongPages + wrongBlocks === 0 && !rebooted && kernelMessages.length === 0

/** Judges a guest by its records alone: `sinceMs` and `nowMs` are of the machine's monotonic clock. */
export function judgeGuest(
  progress: ProgressRecord,
  console: readonly RecordedLine[],
  sinceMs: number,
  nowMs: number,
): GuestVerdict {
  const { samples } = progress
  const before = samples.findLast(({ atMonotonicMs }) => atMonotonicMs <= sinceMs) ?? samples[0]
  const last = samples.at(-1)
  const working = samples.findLast(({ work }) => work !== last?.work) ?? before
  const rebooted =
    before !== undefined &&
    samples.some(({ atMonotonicMs, bootId }) => atMonotonicMs > sinceMs && bootId !== before.bootId)
  const grown = (counter: 'pagesWrong' | 'blocksWrong'): number =>
    (last?.[counter] ?? 0) - (rebooted ? 0 : (before?.[counter] ?? 0))
  return {
    alive:
      last !== undefined &&
      nowMs - last.atMonotonicMs <= silenceMs &&
      working !== undefined &&
      nowMs - working.atMonotonicMs <= silenceMs,
    wrongPages: grown('pagesWrong'),
    wrongBlocks: grown('blocksWrong'),
    rebooted,
    kernelMessages: messagesSince(console, sinceMs).map(({ text }) => text),
    wrongs: progress.wrongs.filter(({ atMonotonicMs }) => atMonotonicMs > sinceMs).map(({ text }) => text),
  }
}

/**
 * The kernel's remark, once a boot, that its timer interrupt took long: a vCPU without a core to run on causes it, in a
 * guest that nobody touches too. It says how busy the machine is, not what became of the guest.
 */
const busyMachine = /hrtimer: interrupt took \d+ ns/

/** The console's lines since a moment, without those of the guest's own program and of a busy machine. */
export function messagesSince(console: readonly RecordedLine[], sinceMs: number): RecordedLine[] {
  return console.filter(
    ({ atMonotonicMs, text }) => atMonotonicMs > sinceMs && !text.startsWith('landfall: ') && !busyMachine.test(text),
  )
}
