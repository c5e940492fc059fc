import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who drives a migration: a process that can be told from a later one with the same pid. */
export interface DriverIdentity {
  readonly pid: number
  /** Clock ticks from boot to the process's start (field 22 of /proc/PID/stat). */
  readonly startTicks: string
  readonly bootId: string
  /** Of the machine, for people; absent in what was written before several could share a store. */
  readonly machine?: string
}

/** This process. Where there is no /proc the start is unknown and the pid alone has to do. */
export function ownIdentity(): DriverIdentity {
  return { pid: process.pid, startTicks: startTicksOf(process.pid) ?? '', bootId: bootId(), machine: hostname() }
}

/** What a driver is called by people. */
export function driverName({ pid, machine }: DriverIdentity): string {
  return machine === undefined || machine === hostname() ? `process ${pid}` : `process ${pid} on ${machine}`
}

export const isSameDriver = (one: DriverIdentity, other: DriverIdentity): boolean =>
  one.pid === other.pid && one.startTicks === other.startTicks && one.bootId === other.bootId

/** Whether that driver still lives on this machine. */
export function isAlive(driver: DriverIdentity): boolean {
  if (driver.bootId !== bootId()) return false
  try {
    process.kill(driver.pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return driver.startTicks === (startTicksOf(driver.pid) ?? '')
}

/** Null where there is no such process, or nothing of it but its exit code. */
function startTicksOf(pid: number): string | null {
  const text = readOrNull(`/proc/${pid}/stat`)
  // The command (field 2) may hold blanks and brackets: count from the last closing bracket.
  const [state, ...fields] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? []
  // One that ended stays listed until its parent has asked how; where that is busy or not interested, for long.
  return state === 'Z' ? null : (fields[18] ?? null)
}

function bootId(): string {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
