import { formatBytes, formatDuration, formatRate } from '@landfall/core'
import type { Case } from '../case.ts'
import { all, first } from '../episodes/episode.ts'
import type { Cause } from '../finding.ts'
import { pauseOf } from './forced.ts'
import type { Sample } from '../copying/curve.ts'
import { placesOf, rounded, someOf } from './evidence.ts'

/** Passes on a plateau: the guest rewrites at least what the link carries. */
export function writesFasterThanLink({ copying, episode, outcome }: Case): Cause | null {
  const {
    plateau,
    plateauBytes,
    plateauRange,
    linkBytesPerSecond: link,
    writeBytesPerSecond: writes,
    samples,
  } = copying
  if (!plateau || link === null || writes === null) return null
  const ratio = writes.low / link
  const numbers = {
    linkBytesPerSecond: Math.round(link),
    writeBytesPerSecondAtLeast: Math.round(writes.low),
    writeToLinkRatioAtLeast: rounded(ratio),
    ...(plateauBytes === null
      ? {}
      : {
          plateauBytes: Math.round(plateauBytes),
          plateauPauseMs: Math.round((plateauBytes / link) * 1000),
          // The pass under way counts as well: it may have just begun.
          plateauPauseMostMs: Math.round(((2 * plateauBytes) / link) * 1000),
        }),
    ...(plateauRange === null
      ? {}
      : { plateauBytesAtLeast: Math.round(plateauRange.low), plateauBytesAtMost: Math.round(plateauRange.high) }),
    ...(copying.firstPassEndS === null ? {} : { firstPassS: rounded(copying.firstPassEndS) }),
  }
  // Passes that nobody cut short came to an end: the last ones left less.
  const forced = pauseOf({ episode, copying }) !== null
  const endedByItself =
    outcome === 'completed' &&
    !forced &&
    first(episode, 'post-copy') === undefined &&
    first(episode, 'timeout') === undefined
  const which = endedByItself ? 'most passes left' : 'every pass leaves'
  const end = endedByItself
    ? '; it ended once the guest wrote less, or was slowed (auto-converge): no line tells which'
    : ''
  const leaves =
    plateauBytes === null
      ? `${boundsInWords(plateauRange, link)}${formatBytes(samples.at(-1)?.processedBytes ?? 0)} were sent of a memory of ${formatBytes(samples.at(-1)?.totalBytes ?? 0)}`
      : `${which} ${formatBytes(plateauBytes)}, a pause of ${formatDuration(Math.round((plateauBytes / link) * 1000))} to ${formatDuration(Math.round(((2 * plateauBytes) / link) * 1000))} (the rest of the pass under way counts as well)`
  return {
    code: 'guest-writes-faster-than-link',
    message: `the guest rewrites its memory at least as fast as the link carries it (≥ ${formatRate(writes.low)} over ${formatRate(link)}): ${leaves}${end}`,
    numbers,
    evidence: someOf(samples.map(({ told }) => told)),
  }
}

/** "every pass leaves 580 to 620 MiB, a pause of 6.4 to 13.6 s; " */
function boundsInWords(range: Case['copying']['plateauRange'], link: number): string {
  if (range === null) return ''
  const ms = (bytes: number): string => formatDuration(Math.round((bytes / link) * 1000))
  return `every pass leaves ${formatBytes(range.low)} to ${formatBytes(range.high)}, a pause of ${ms(range.low)} to ${ms(2 * range.high)}; `
}

/** Aborted (or forced) by the clock before all of the memory had been sent once. */
export function timeoutBeforeFirstPass({ episode, copying }: Case): Cause | null {
  const timeout = first(episode, 'timeout')
  if (timeout === undefined) return null
  const before = all(episode, 'running').filter(({ key }) => key <= timeout.key)
  const lastSaid = before.at(-1)
  const link = copying.linkBytesPerSecond
  if (lastSaid === undefined || link === null || copying.passes !== 1) {
    return disksOnly(before, timeout, link)
  }
  const last = copying.samples.at(-1)
  if (last === undefined || last.processedBytes >= last.totalBytes) return null
  const neededS = last.timeS + last.remainingBytes / link
  // What was left when it was last said may have been all that was missing.
  if (neededS <= timeout.said.seconds) return null
  return {
    code: 'timeout-before-first-pass',
    message: `one pass takes ${formatDuration(Math.round(neededS) * 1000)} over this link (${formatRate(link)}), the timeout was ${formatDuration(timeout.said.seconds * 1000)}: ${formatBytes(last.remainingBytes)} of ${formatBytes(last.totalBytes)} had not been sent once`,
    numbers: {
      timeoutS: timeout.said.seconds,
      firstPassS: Math.round(neededS),
      linkBytesPerSecond: Math.round(link),
      totalBytes: last.totalBytes,
      remainingBytes: last.remainingBytes,
    },
    evidence: [...placesOf(last.told), timeout.place],
  }
}

/** Disks go first: memory was not begun when the time was over. */
function disksOnly(
  before: ReturnType<typeof all<'running'>>,
  timeout: ReturnType<typeof all<'timeout'>>[number],
  link: number | null,
): Cause | null {
  const last = before.at(-1)
  if (last === undefined || last.said.processedBytes > 0 || last.said.diskProcessedBytes === 0) return null
  return {
    code: 'timeout-before-first-pass',
    message: `the timeout of ${formatDuration(timeout.said.seconds * 1000)} was over while disks were copied: ${formatBytes(last.said.diskRemainingBytes)} of them were left and no memory had been sent`,
    numbers: {
      timeoutS: timeout.said.seconds,
      diskRemainingBytes: last.said.diskRemainingBytes,
      ...(link === null ? {} : { linkBytesPerSecond: Math.round(link) }),
    },
    evidence: [last.place, timeout.place],
  }
}

/** So long has to lie between two steps for the lateness of one to matter. */
const longWaitS = 30

/** What every pass left was within a pause that the schedule allows, only much later. */
export function stepsTooFarApart({ episode, copying, options }: Case): Cause | null {
  const { linkBytesPerSecond: link, samples } = copying
  if (link === null) return null
  const steps = all(episode, 'downtime')
  const schedule = first(episode, 'schedule')?.said.steps ?? []
  const largestMs = Math.max(
    0,
    ...schedule.map(([, ms]) => ms),
    ...steps.map(({ said }) => said.downtimeMs),
    options.number('libvirt.live_migration_downtime') ?? 0,
  )
  const firstPassS = copying.firstPassEndS ?? endOfFirstPass(samples)
  if (firstPassS === null || steps.length === 0) return null
  // What is left between two syncs may be anything; the most of many is what a sync leaves.
  const inPlay = samples.filter(
    ({ timeS, processedBytes, totalBytes }) => timeS >= firstPassS && processedBytes > totalBytes / 4,
  )
  const window = inPlay.filter(({ remainingBytes }) => (remainingBytes / link) * 1000 <= largestMs)
  // It has to hold for all of them: a single large rest means that a sync leaves more.
  if (window.length < 4 || window.length !== inPlay.length) return null
  const neededMs = (Math.max(...window.map(({ remainingBytes }) => remainingBytes)) / link) * 1000
  const fromS = window[0]?.timeS ?? 0
  const allowedAtStart = steps.filter(({ said }) => said.afterS <= fromS).at(-1)?.said.downtimeMs ?? 0
  if (neededMs <= allowedAtStart) return null
  const came = steps.find(({ said }) => said.downtimeMs >= neededMs)
  const comesAtS = came?.said.afterS ?? schedule.find(([, ms]) => ms >= neededMs)?.[0] ?? null
  const lastS = window.at(-1)?.timeS ?? 0
  const waitedS = (came === undefined ? lastS : Math.min(lastS, came.said.afterS)) - firstPassS
  if (waitedS < longWaitS) return null
  const when = comesAtS === null ? 'never came' : `comes after ${formatDuration(comesAtS * 1000)}`
  return {
    code: 'downtime-steps-too-far-apart',
    message: `a pause of ${formatDuration(Math.ceil(neededMs))} would have ended it after the first pass (${formatDuration(Math.round(firstPassS) * 1000)}), but the step that allows it ${when}: ${formatDuration(Math.round(waitedS) * 1000)} of waiting for a limit that was to be reached anyway`,
    numbers: {
      neededDowntimeMs: Math.ceil(neededMs),
      largestDowntimeMs: largestMs,
      firstPassS: Math.round(firstPassS),
      waitedS: Math.round(waitedS),
      linkBytesPerSecond: Math.round(link),
      ...(comesAtS === null ? {} : { stepAfterS: comesAtS }),
    },
    evidence: [...someOf(window.map(({ told }) => told)), ...placesOf(came ?? steps.at(-1))],
  }
}

function endOfFirstPass(samples: readonly Sample[]): number | null {
  return samples.find(({ processedBytes, totalBytes }) => processedBytes >= 0.98 * totalBytes)?.timeS ?? null
}
