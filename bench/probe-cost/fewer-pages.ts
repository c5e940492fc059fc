// What a forecast would lose with fewer sampled pages, computed from what recorded runs of the core matrix had seen:
//   node bench/probe-cost/fewer-pages.ts [FILE...]

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DirtyWindow, Facts } from '@landfall/core'
import { plan, seededRandom } from '@landfall/core'
import { contenders } from '../src/matrix/contenders.ts'
import { parseResults } from '../src/matrix/results.ts'
import { median, percentile } from '../src/statistics.ts'

const GiB = 2 ** 30
const repeats = 6
const recorded = ['2026-11-30.jsonl', '2026-11-30-2.jsonl'].map((name) =>
  fileURLToPath(new URL(`../results/core/${name}`, import.meta.url)),
)
const files = process.argv.length > 2 ? process.argv.slice(2) : recorded
const random = seededRandom(1)

/** One of a normal distribution around nought. */
const deviate = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** What windows would have told with at most so many pages of each GiB. */
function withFewer({ dirtyWindows, ...facts }: Facts, perGiB: number): Facts {
  const gib = facts.memoryBytes / GiB
  const blurred = (window: DirtyWindow): DirtyWindow => {
    const { samplePagesPerGiB = perGiB } = window
    if (window.kind !== 'page-sampling' || samplePagesPerGiB <= perGiB) return window
    const share = window.dirtyBytes / facts.memoryBytes
    const spread = Math.sqrt(Math.max(0, share * (1 - share)) * (1 / (gib * perGiB) - 1 / (gib * samplePagesPerGiB)))
    const dirtyBytes = (share + deviate() * spread) * facts.memoryBytes
    return { ...window, dirtyBytes: Math.min(facts.memoryBytes, Math.max(0, dirtyBytes)), samplePagesPerGiB: perGiB }
  }
  return { ...facts, dirtyWindows: dirtyWindows.map(blurred) }
}

const runs = files
  .flatMap((file) => parseResults(basename(file), readFileSync(file, 'utf8')).runs)
  .flatMap(({ contender, outcome, predicted, totalTimeMs }) => {
    const way = contenders.find(({ name }) => name === contender)?.way
    const facts = predicted?.facts
    if (way?.kind !== 'landfall' || facts === undefined || outcome !== 'completed') return []
    return [{ intent: way.intent, facts, totalTimeMs }]
  })

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

console.log(
  `| pages of each GiB | error of the total time, median | 90 of 100 | within the range |\n| --- | --- | --- | --- |`,
)
for (const perGiB of [16_384, 8192, 4096, 2048]) {
  const errors: number[] = []
  let within = 0
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const { intent, facts, totalTimeMs } of runs) {
      const { strategy, forecasts } = plan(intent, withFewer(facts, perGiB))
      const likely = forecasts.find((each) => each.strategy === strategy)?.totalTimeMs
      if (likely === undefined || likely === null) continue
      errors.push(Math.abs(likely.likely / totalTimeMs - 1))
      if (likely.low <= totalTimeMs && totalTimeMs <= likely.high) within++
    }
  const figures = [median(errors) ?? 0, percentile(errors, 0.9) ?? 0, within / errors.length].map(percent)
  console.log(`| ${perGiB} | ${figures.join(' | ')} |`)
}
