import { median } from '../../statistics.ts'
import { contenders } from '../contenders.ts'
import type { Measured } from '../lost-work.ts'
import { lostSeconds } from '../lost-work.ts'
import { machineOf } from '../machine.ts'
import type { Results } from '../results.ts'
import type { Run } from '../run/run.ts'
import { lowerBoundMs } from './bounds.ts'
import { workloads } from '../workloads.ts'

export const measuredOf = ({ about, runs }: Results): Measured => ({ machine: machineOf(about), runs })
export const workloadsIn = (runs: readonly Run[]): readonly string[] =>
  workloads.map(({ name }) => name).filter((name) => runs.some(({ workload }) => workload === name))
export const contendersIn = (runs: readonly Run[]): readonly string[] =>
  contenders.map(({ name }) => name).filter((name) => runs.some(({ contender }) => contender === name))

/** A workload's table, under a heading of so many #. */
export function workloadTable(workload: string, measured: Measured, heading = '##'): string {
  const { runs } = measured
  const own = runs.filter((run) => run.workload === workload)
  const computed = lowerBoundMs(workload, measured)
  // What a run was clearly below is no bound: the idle guest's overheads were those of a busy machine.
  const isBelow = own.some((run) => run.outcome === 'completed' && run.totalTimeMs < (computed ?? 0) * 0.98)
  const bound = isBelow ? null : computed
  const rows = contendersIn(own).map((contender) => {
    const mine = own.filter((run) => run.contender === contender)
    const done = mine.filter(({ outcome }) => outcome === 'completed')
    const cells = [
      cell(done, (run) => run.totalTimeMs / 1000, seconds),
      cell(done, (run) => run.downtimeMs, milliseconds),
      cell(done, (run) => run.longestStallMs, milliseconds),
      cell(done, (run) => lostSeconds(run, measured), seconds),
      cell(done, (run) => (run.bytesSent === null ? null : run.bytesSent / 2 ** 20), mebibytes),
    ]
    return `| ${contender} | ${done.length} of ${mine.length} | ${cells.join(' | ')} |`
  })
  return `${heading} ${workload}

${bound === null ? '' : `Lower bound ${(bound / 1000).toFixed(1)} s. `}${changedInWords(own)}${metInWords(own)}

| contender | finished | total time | downtime | longest stall | lost work | sent |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

/** As the probe sampled it; nothing where it did not. */
function changedInWords(runs: readonly Run[]): string {
  const shares = runs.flatMap(({ predicted }) => predicted?.changedShare?.likely ?? [])
  if (shares.length === 0) return ''
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => `${(share * 100).toFixed(0)} %`)
  const range = least === most ? least : `${least} to ${most}`
  return `Of a page that it changes between two looks ${range} is sent as a delta (sampled ${shares.length === 1 ? 'once' : `${shares.length} times`}).`
}

/** Of a guest with phases; nothing where it was met wherever it was. */
function metInWords(runs: readonly Run[]): string {
  const after = [...new Set(runs.flatMap(({ afterBurstBeganMs }) => afterBurstBeganMs ?? []))].toSorted((a, b) => a - b)
  if (after.length === 0) return ''
  const moments = after.map((ms) => (ms / 1000).toFixed(1)).join(', ')
  return ` Its phases are 5 s of writing and 5 s of rest; every contender was begun ${moments} s after it began to write, one in each round.`
}

const seconds = (s: number): string => `${s.toFixed(s < 10 ? 2 : 1)} s`
const milliseconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : seconds(ms / 1000))
const mebibytes = (mib: number): string => `${Math.round(mib)} MiB`

function cell(runs: readonly Run[], pick: (run: Run) => number | null, show: (value: number) => string): string {
  const values = runs.flatMap((run) => pick(run) ?? [])
  const middle = median(values)
  if (middle === null) return '-'
  return values.length === 1
    ? show(middle)
    : `${show(middle)} (${show(Math.min(...values))} to ${show(Math.max(...values))})`
}
