import type { Saying, Told } from '../episodes/told.ts'
import { says } from '../episodes/told.ts'
import type { CurvePoint } from '../finding.ts'
import type { Episode } from '../episodes/episode.ts'

/** A sample of a copy with the time that really passed. */
export interface Sample extends CurvePoint {
  readonly told: Told<Saying<'running'>>
  /** Since the copy began, from the lines' own clock where it can be believed. */
  readonly timeS: number
  /** Memory and disks together. */
  readonly sentBytes: number
}

const isRunning = says('running')

/**
 * The samples of a copy up to a switch to post-copy, from which on the counters mean something else. Samples that
 * cannot be (counters that fall) are left out.
 */
export function samplesOf(episode: Episode): Sample[] {
  const samples: Sample[] = []
  for (const told of episode.told) {
    if (told.said.what === 'post-copy') break
    if (!isRunning(told)) continue
    const { elapsedS, processedBytes, remainingBytes, totalBytes, diskProcessedBytes } = told.said
    const before = samples.at(-1)
    const sentBytes = processedBytes + diskProcessedBytes
    const possible = [elapsedS, processedBytes, remainingBytes, totalBytes, sentBytes].every((value) => value < 1e18)
    if (!possible || (before !== undefined && (sentBytes < before.sentBytes || elapsedS < before.elapsedS))) continue
    const timeS = before === undefined ? elapsedS : before.timeS + passed(before, told, elapsedS - before.elapsedS)
    samples.push({ told, timeS, elapsedS, processedBytes, remainingBytes, totalBytes, sentBytes })
  }
  return samples
}

/**
 * Up to Victoria Nova counts ticks, which are longer than it says (bug 1916031), so the lines' own clock is better; unless it
 * was set in between.
 */
function passed(before: Sample, told: Told, saidS: number): number {
  const byClock = (told.at - before.told.at) / 1000
  const believed = byClock >= saidS * 0.8 - 1.5 && byClock <= saidS * 1.5 + 3
  return believed ? Math.max(byClock, 0) : saidS
}
