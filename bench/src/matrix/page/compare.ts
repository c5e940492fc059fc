import { median } from '../../statistics.ts'
import { landfallDefault, landfallNoPostCopy } from '../contenders.ts'
import type { Run } from '../run/run.ts'
import { workloads } from '../workloads.ts'

export const ours = [landfallDefault, landfallNoPostCopy]
export const isOurs = (run: Run): boolean => ours.includes(run.contender)
export const finished = (runs: readonly Run[]): readonly Run[] => runs.filter(({ outcome }) => outcome === 'completed')

/** A contender's median over a workload's finished runs; null where it never finished one. */
export function medianOf(
  runs: readonly Run[],
  workload: string,
  contender: string,
  figure: (run: Run) => number | null,
): number | null {
  const own = finished(runs).filter((run) => run.workload === workload && run.contender === contender)
  return median(own.flatMap((run) => figure(run) ?? []))
}

/** The workloads of these runs, in the order of the bench. */
export const named = (runs: readonly Run[]): readonly string[] =>
  workloads.map(({ name }) => name).filter((name) => runs.some(({ workload }) => workload === name))
export const peersOf = (runs: readonly Run[]): readonly string[] => [
  ...new Set(runs.filter((run) => !isOurs(run)).map(({ contender }) => contender)),
]

/** The best peer's median over a workload; null where none finished. */
export function bestPeer(runs: readonly Run[], workload: string, figure: (run: Run) => number | null): number | null {
  const all = peersOf(runs).flatMap((peer) => medianOf(runs, workload, peer, figure) ?? [])
  return all.length === 0 ? null : Math.min(...all)
}
