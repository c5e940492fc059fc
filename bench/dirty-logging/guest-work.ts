import { readFileSync, readdirSync } from 'node:fs'
import { monotonicNowMs, pagesWritten } from '@landfall/lab'
import type { ProgressSample } from '@landfall/lab'

/** What the vCPU threads of a guest have used by a moment, in seconds of CPU. */
export interface CpuLook {
  readonly atMs: number
  /** In the guest. */
  readonly guest: number
  /** In the host's kernel for it: exits and faults. */
  readonly system: number
  readonly all: number
}

/** The pid of the QEMU that runs that guest, before it was ever moved. */
export function qemuOf(lab: string, guest: string): string {
  const pid = readdirSync('/proc').find((each) => /^\d+$/.test(each) && runs(commandLine(each), lab, guest))
  if (pid === undefined) throw new Error(`no QEMU of the laboratory ${lab} runs ${guest}`)
  return pid
}

const runs = (line: string, lab: string, guest: string): boolean =>
  line.includes(`guest=${guest},`) && line.includes(`/${lab}/`) && !line.includes('-incoming')

function commandLine(pid: string): string {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return line.includes('qemu-system') ? line : ''
  } catch {
    return ''
  }
}

export function cpuOf(pid: string): CpuLook {
  let [user, system, guest, ran] = [0, 0, 0, 0]
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    if (!/\(CPU \d+\//.test(stat)) continue
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    user += Number(fields[11])
    system += Number(fields[12])
    guest += Number(fields[40])
    // Nanoseconds on a CPU: finer than ticks.
    ran += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9
  }
  return { atMs: monotonicNowMs(), guest: guest / 100, system: system / 100, all: ran }
}

/** What a guest did between two looks. */
export interface Work {
  readonly ms: number
  readonly pages: number
  readonly pagesPerSecond: number
  /** Of the time, what its vCPU was on a CPU. */
  readonly cpuShare: number
  readonly systemShare: number
  readonly pagesPerCpuSecond: number
}

export function workBetween(samples: readonly ProgressSample[], from: CpuLook, to: CpuLook): Work {
  const pages = pagesWritten(samples, from.atMs, to.atMs)
  const ms = to.atMs - from.atMs
  const cpu = to.all - from.all
  return {
    ms,
    pages,
    pagesPerSecond: (pages / ms) * 1000,
    cpuShare: (cpu / ms) * 1000,
    systemShare: ((to.system - from.system) / ms) * 1000,
    pagesPerCpuSecond: pages / cpu,
  }
}

/** Distinct pages that so many writes at random reach, of a set of so many. */
export const distinctPages = (writes: number, set: number): number => set * -Math.expm1(-writes / set)
