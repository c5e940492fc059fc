import { bytesOfPasses, plateauBytes } from '../arithmetic.ts'
import { landfallDefault, landfallNoPostCopy } from '../contenders.ts'
import type { Measured } from '../lost-work.ts'
import { lostSeconds } from '../lost-work.ts'
import { workloadsIn } from './page-tables.ts'
import type { Run } from '../run/run.ts'
import { basis, leastStop, leftByPass1, lowerBoundMs, mostBytes } from './bounds.ts'
import { bestPeer, medianOf, peersOf } from './compare.ts'
import { workloadOf, writeModel } from '../workloads.ts'

/** QEMU's own limit of the downtime, and libvirt's: what a plain pre-copy has to get below. */
const usualLimitMs = 300
const MiB = 2 ** 20

/** Where targets pull against each other or against arithmetic: computed from what the guests are known to write. */
export function arithmeticTable(measured: Measured): string {
  const rows = workloadsIn(measured.runs).flatMap((name) => rowOf(name, measured) ?? [])
  if (rows.length === 0) return ''
  return `## What arithmetic leaves

Computed, not measured, from what each guest writes and from M, B and δ above. R* is the least that can be left to stop for, R̂ the plateau of the
passes, R1 what is dirty when pass 1 ends (a guest with phases as it is while busy). Whoever copies all memory once while the guest runs, and
then stops it or switches to post-copy, needs (M + R1) ÷ B + δ and sends M + R1; whoever goes on with plain pre-copy until ${usualLimitMs} ms are left
sends the sum of its passes. Above 1.30 and 1.00 the targets for time and bytes cannot be met that way. The last column names who met both the
target for time (≤ 1.05 × the best peer) and the one for lost work (≤ the best peer, 100 ms being nothing).

| workload | R* | R̂ | R1 | one live pass: time ÷ bound | one live pass: bytes ÷ (M + 1.2 R̂) | plain pre-copy: bytes ÷ (M + 1.2 R̂) | soonest and least lost work |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

function rowOf(name: string, measured: Measured): string | null {
  const known = basis(name, measured)
  const boundMs = lowerBoundMs(name, measured)
  const left = leftByPass1(name, measured)
  const most = mostBytes(name, measured)
  const model = writeModel(workloadOf({ workload: name }), measured.machine)
  if (known === null || boundMs === null || left === null || most === null || model === null) return null
  const { link, firstPassBytes, overheadMs } = known
  const onePassMs = ((firstPassBytes + left) / link) * 1000 + overheadMs
  const plain = bytesOfPasses(model, link, firstPassBytes, usualLimitMs)
  const cells = [
    mebibytes(leastStop(name, measured, link) ?? 0),
    mebibytes(plateauBytes(model, link)),
    mebibytes(left),
    (onePassMs / boundMs).toFixed(2),
    ((firstPassBytes + left) / most).toFixed(2),
    plain === null ? 'never ends' : (plain / most).toFixed(2),
    whoHasBoth(name, measured),
  ]
  return `| ${name} | ${cells.join(' | ')} |`
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / MiB)} MiB`

const time = (run: Run): number => run.totalTimeMs

function whoHasBoth(workload: string, measured: Measured): string {
  const { runs } = measured
  const lost = (run: Run): number => lostSeconds(run, measured)
  const soonest = bestPeer(runs, workload, time)
  const least = bestPeer(runs, workload, lost)
  if (soonest === null || least === null) return '-'
  const both = [landfallDefault, landfallNoPostCopy, ...peersOf(runs)].filter((name) => {
    const own = { time: medianOf(runs, workload, name, time), lost: medianOf(runs, workload, name, lost) }
    if (own.time === null || own.lost === null) return false
    return own.time <= 1.05 * soonest && Math.max(0, own.lost - 0.1) <= Math.max(least, 0.1)
  })
  return both.length === 0 ? 'nobody' : both.join('; ')
}
