import { median } from '../statistics.ts'
import type { Machine } from './machine.ts'
import type { Run } from './run/run.ts'
import { hasPhases, workloadOf, writeBytesPerSecond } from './workloads.ts'

const pageBytes = 4096

/** Runs of one machine, which are compared with each other. */
export interface Measured {
  readonly machine: Machine
  readonly runs: readonly Run[]
}

/**
 * Seconds of its work that a guest lost.
 *
 * - A guest with a rate should have written rate × time. A database's rate is what it kept to beforehand, where that was
 *   less: it may be asked for more than its vCPU can do on a busy machine.
 * - A guest without one is as fast as its QEMU happens to be, and two QEMUs of one guest differ by a quarter: what it did on
 *   the source is compared with its speed there right before, what it did on the destination with its speed there right
 *   after. The oldest results have no speed after; there it is the median of all speeds before.
 * - A guest with phases should have written its rate × the time it was busy by its own clock, and its pauses, which that clock
 *   leaves out, are lost whatever it would have done then. At the least it is what it stood still.
 * - Of an idle guest the time it stood still is what can be told; of one with phases, in the oldest results, too.
 */
export function lostSeconds(run: Run, { machine, runs }: Measured): number {
  const workload = workloadOf(run)
  if (workload.does.kind === 'idle') return run.stalledMs / 1000
  const usual = median(runs.filter((each) => each.workload === run.workload).map((each) => each.baselinePagesPerSecond))
  const rate = writeBytesPerSecond(workload, machine)
  if (rate !== null && hasPhases(workload)) {
    const { guestClock: clock } = run
    if (clock === undefined) return run.stalledMs / 1000
    const paused = Math.max(0, run.totalTimeMs - clock.ranMs) / 1000
    return Math.max(run.stalledMs / 1000, paused + lost(clock.busyMs, run.pagesWritten, rate / pageBytes))
  }
  if (rate === null) {
    const { sides } = run
    if (sides === undefined) return lost(run.totalTimeMs, run.pagesWritten, usual ?? Number.NaN)
    const here = sides.hereMs / 1000 - sides.herePages / run.baselinePagesPerSecond
    const there = sides.thereMs / 1000 - sides.therePages / sides.pagesPerSecondAfter
    return Math.max(0, here + there)
  }
  const asked = rate / pageBytes
  return lost(
    run.totalTimeMs,
    run.pagesWritten,
    workload.does.kind === 'database' ? Math.min(asked, usual ?? asked) : asked,
  )
}

const lost = (totalTimeMs: number, pages: number, pagesPerSecond: number): number =>
  Math.max(0, totalTimeMs / 1000 - pages / pagesPerSecond)
