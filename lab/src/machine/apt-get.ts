import { setTimeout as delay } from 'node:timers/promises'

import { holderName, lockInTheWay, parseHeldLock, waitLeftMs, waitOn } from './apt-locks.ts'
import type { HeldLock, LockWait } from './apt-locks.ts'
import { LabError } from '../errors.ts'
import { succeeded, tryRun } from './run.ts'
import type { RunResult } from './run.ts'

export interface AptOptions {
  /** Told whom apt-get waits for. */
  readonly progress: (line: string) => void
  readonly signal: AbortSignal | undefined
  /** How long other package managers are waited for; 10 minutes unless told. */
  readonly patienceMs?: number
}

const defaultPatienceMs = 600_000
const workMs = 600_000
/** A try to get a lock that apt-get does not wait for costs it a second or two of CPU. */
const tryAgainMs = 3_000

/**
 * The only place that calls apt-get: it waits while another package manager is at work, says so and for whom, and
 * rejects with `package-manager-busy` where that takes too long. Returns any other end that apt-get comes to.
 */
export async function tryAptGet(args: readonly string[], options: AptOptions): Promise<RunResult> {
  const { progress, signal, patienceMs = defaultPatienceMs } = options
  let wait: LockWait | null = null
  const meet = (held: HeldLock): LockWait => {
    const met = waitOn(held, wait, performance.now())
    if (met.say !== null) progress(met.say)
    return met.wait
  }
  for (;;) {
    const leftMs = waitLeftMs(wait, patienceMs, performance.now())
    // apt-get waits by itself for dpkg's two locks. It does not for those of its lists and of its archive.
    const command = ['apt-get', '-o', `DPkg::Lock::Timeout=${Math.ceil(leftMs / 1000)}`, ...args]
    const result = await tryRun(command, {
      signal,
      deadlineMs: Math.ceil(leftMs) + workMs,
      // While dpkg is at work apt-get ends it properly, where SIGKILL would leave packages half installed.
      killSignal: 'SIGINT',
      environment: { DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (line) => {
        const held = parseHeldLock(line)
        if (held !== null) wait = meet(held)
      },
    })
    const failedOn = result.status === 0 ? null : lockInTheWay(result.stderr)
    if (failedOn === null) return result
    wait ??= meet(failedOn)
    const nowMs = performance.now()
    if (waitLeftMs(wait, patienceMs, nowMs) === 0) throw tooLong(wait, nowMs)
    await delay(tryAgainMs, undefined, { signal }).catch((cause: unknown) => {
      throw new LabError('aborted', `stopped on request while waiting for ${holderName(failedOn)}`, { cause })
    })
  }
}

/** As `tryAptGet`, but a status other than 0 rejects with `command-failed`. Returns what it printed. */
export async function aptGet(args: readonly string[], options: AptOptions): Promise<string> {
  return succeeded(['apt-get', ...args], await tryAptGet(args, options))
}

function tooLong({ sinceMs, held }: LockWait, nowMs: number): LabError {
  const seconds = Math.round((nowMs - sinceMs) / 1000)
  const message = `${holderName(held)} still holds ${held.file} after ${seconds} s; try again when it is done`
  return new LabError('package-manager-busy', message)
}
