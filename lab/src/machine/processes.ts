import { readFileSync } from 'node:fs'

/** A process that cannot be mistaken: a pid alone is handed out again after its process ended. */
export interface ProcessIdentity {
  readonly pid: number
  /** Field 22 of /proc/PID/stat: clock ticks since the machine booted. */
  readonly startTicks: number
}

/** The start time in the text of /proc/PID/stat; null for a zombie, which runs no longer. The name may hold anything. */
export function parseStartTicks(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return null
  const ticks = Number(fields[19])
  return Number.isSafeInteger(ticks) ? ticks : null
}

/** Who runs as `pid` now; null where nobody does. */
export function identify(pid: number): ProcessIdentity | null {
  try {
    const startTicks = parseStartTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return startTicks === null ? null : { pid, startTicks }
  } catch {
    return null
  }
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTicks === process.startTicks
}

/** Kills that very process, and nobody who got its pid later. */
export function kill(target: ProcessIdentity, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (!isAlive(target)) return
  try {
    process.kill(target.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Changes with each boot of the machine: pids recorded under another value say nothing. */
export function machineBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}
