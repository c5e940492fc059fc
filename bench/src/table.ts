import type { Run } from './measure.ts'
import { median } from './statistics.ts'

/** The README's table: medians, with the range where there were several runs. */
export function markdownTable(runs: readonly Run[]): string {
  const usual = median(runs.map(({ baselinePagesPerSecond }) => baselinePagesPerSecond)) ?? Number.NaN
  const lostSeconds = (run: Run): number => Math.max(0, run.watchedSeconds - run.pagesWritten / usual)
  const names = [...new Set(runs.map(({ contender }) => contender))]
  const lines = names.map((name) => {
    const of = runs.filter(({ contender }) => contender === name)
    const finished = of.filter((run) => run.finished)
    if (finished.length === 0) {
      const afterSeconds = Math.round(Math.min(...of.map(({ totalTimeMs }) => totalTimeMs)) / 1000)
      return `| \`${name}\` | never (stopped after ${afterSeconds} s) | - | - | - | - |`
    }
    const cell = (pick: (run: Run) => number | null, show: (value: number) => string): string => {
      const values = finished.flatMap((run) => pick(run) ?? [])
      const middle = median(values)
      if (middle === null) return '-'
      const bounds = values.length > 1 ? ` (${show(Math.min(...values))}-${show(Math.max(...values))})` : ''
      return show(middle) + bounds
    }
    const cells = [
      cell((run) => run.totalTimeMs, seconds),
      cell(
        (run) => run.bytesSent,
        (bytes) => `${(bytes / 1024 ** 3).toFixed(2)} GiB`,
      ),
      cell((run) => run.downtimeMs, shortTime),
      cell((run) => run.longestStallMs, shortTime),
      cell((run) => lostSeconds(run) * 1000, seconds),
    ]
    return `| \`${name}\` | ${cells.join(' | ')} |`
  })
  return [
    '| what | total time | sent | downtime | longest stall | lost work |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function shortTime(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : seconds(ms)
}
