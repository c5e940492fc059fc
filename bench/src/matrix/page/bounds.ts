import { median } from '../../statistics.ts'
import { distinctBytes, leastStopBytes, plateauBytes } from '../arithmetic.ts'
import type { Measured } from '../lost-work.ts'
import { linkBytesPerSecond } from '../machine.ts'
import { hasPhases, workloadOf, writeBytesPerSecond, writeModel } from '../workloads.ts'
import { finished } from './compare.ts'

/** What every bound is made of. Bytes, bytes per second, ms. */
export interface Basis {
  readonly link: number
  readonly firstPassBytes: number
  readonly overheadMs: number
}

/**
 * M, B and δ from what the bench saw: the migration of the idle guest is nothing else. A database's guest has other memory;
 * its M is what had gone over the wire at the end of pass 1. Null before the idle guest was moved.
 */
export function basis(workload: string, { machine, runs }: Measured): Basis | null {
  const idle = finished(runs).filter((run) => run.workload === 'idle' && run.bytesSent !== null)
  const idleBytes = median(idle.flatMap(({ bytesSent }) => bytesSent ?? []))
  const totalMs = median(idle.map(({ totalTimeMs }) => totalTimeMs))
  if (idleBytes === null || totalMs === null) return null
  // A link that is not shaped carries what it was seen to.
  const link =
    linkBytesPerSecond(machine) === null
      ? (idleBytes / totalMs) * 1000
      : median(runs.flatMap(({ predicted }) => predicted?.linkBytesPerSecond ?? []))
  if (link === null) return null
  const overheadMs = Math.max(0, totalMs - (idleBytes / link) * 1000)
  const { kind } = workloadOf({ workload }).does
  if (kind !== 'database' && kind !== 'program') return { link, firstPassBytes: idleBytes, overheadMs }
  const own = runs.filter((run) => run.workload === workload)
  const firstPassBytes = median(own.flatMap(({ predicted }) => predicted?.sentInPass1Bytes ?? []))
  return firstPassBytes === null ? null : { link, firstPassBytes, overheadMs }
}

/** R*; 0 for a guest that can be stopped in a quiet time, null for one of which nobody knows what it writes. */
export function leastStop(workload: string, { machine, runs }: Measured, link: number): number | null {
  const task = workloadOf({ workload })
  if (hasPhases(task)) return 0
  const model = writeModel(task, machine)
  if (model === null) return null
  // As fast as it can is a figure, too: the one that was seen.
  const seen = median(runs.filter((run) => run.workload === workload).map((run) => run.baselinePagesPerSecond))
  const limited =
    task.does.kind === 'unlimited' && seen !== null
      ? { ...model, classes: model.classes.map((each) => ({ ...each, bytesPerSecond: seen * 4096 })) }
      : model
  return leastStopBytes(limited, link)
}

/** (M + R*) ÷ B + δ for a workload, ms; null before the idle guest was moved, and where nobody knows what it writes. */
export function lowerBoundMs(workload: string, measured: Measured): number | null {
  const known = basis(workload, measured)
  if (known === null) return null
  const stop = leastStop(workload, measured, known.link)
  if (stop === null) return null
  return ((known.firstPassBytes + stop) / known.link) * 1000 + known.overheadMs
}

/** Whether it is known to write faster than the link, some of the time at least. */
export function writesFaster(workload: string, { machine }: Measured, link: number): boolean {
  const task = workloadOf({ workload })
  const model = writeModel(task, machine)
  if (model === null) return false
  if (task.does.kind === 'database') return leastStopBytes(model, link) > 0
  return (writeBytesPerSecond(task, machine) ?? Infinity) > link
}

/** The most that the bytes target allows: M + 1.2 R̂; of a guest with phases R̂ is that of its busy ones. */
export function mostBytes(workload: string, measured: Measured): number | null {
  const known = basis(workload, measured)
  if (known === null) return null
  const model = writeModel(workloadOf({ workload }), measured.machine)
  if (model === null) return null
  return known.firstPassBytes + 1.2 * plateauBytes(model, known.link)
}

/** What a pass leaves that begins with nothing dirty and copies all memory: R_1 = U(M ÷ B). */
export function leftByPass1(workload: string, measured: Measured): number | null {
  const known = basis(workload, measured)
  if (known === null) return null
  const model = writeModel(workloadOf({ workload }), measured.machine)
  if (model === null) return null
  return distinctBytes(model, known.firstPassBytes / known.link)
}
