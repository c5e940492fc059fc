import { median } from '../statistics.ts'
import type { Run } from './run.ts'
import type { Workload } from './workloads.ts'
import { linkBytesPerSecond, workloads } from './workloads.ts'

const pageBytes = 4096

export function workloadOf({ workload }: Pick<Run, 'workload'>): Workload {
  const found = workloads.find(({ name }) => name === workload)
  if (found === undefined) throw new Error(`no workload is called "${workload}"`)
  return found
}

/**
 * Seconds of its work that a guest lost. A guest with a rate should have written rate × time; one without, as much as the
 * median of all runs right before them (a single baseline moves with the machine). Of a guest that is idle, or busy only at
 * times, the time it stood still is what can be told.
 */
export function lostSeconds(run: Run, all: readonly Run[]): number {
  const { writeShare, pattern } = workloadOf(run)
  if (writeShare === 0 || pattern === 'phases') return run.stalledMs / 1000
  const usual =
    writeShare === null
      ? (median(all.filter(({ workload }) => workload === run.workload).map((each) => each.baselinePagesPerSecond)) ??
        Number.NaN)
      : (writeShare * linkBytesPerSecond) / pageBytes
  return Math.max(0, run.totalTimeMs / 1000 - run.pagesWritten / usual)
}
