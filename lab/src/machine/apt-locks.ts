/** A lock of the package manager that another process holds, as apt-get tells it. */
export interface HeldLock {
  readonly file: string
  /** Null where the holder cannot be seen, as from within a container. */
  readonly holder: { readonly pid: number; readonly program: string | null } | null
}

/** The time that has gone into waiting for locks, from the first that was held on. */
export interface LockWait {
  readonly sinceMs: number
  readonly saidMs: number
  readonly held: HeldLock
}

const sayAgainMs = 30_000

const heldPattern =
  /Could not get lock (\S+?)(?:\. It is held by process (\d+)(?: \((.*)\))?| - open \(11: [^)]*\))(?:\.\.\.)?$/

/**
 * The lock in a line of apt-get's, of which it makes three (a fourth, of a lock that it cannot open, is no matter of
 * waiting and gives null like any other line):
 *
 *     Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 42 (apt-get)...
 *     E: Could not get lock /var/lib/apt/lists/lock. It is held by process 42 (apt-get)
 *     E: Could not get lock /var/lib/apt/lists/lock - open (11: Resource temporarily unavailable)
 */
export function parseHeldLock(line: string): HeldLock | null {
  const match = heldPattern.exec(line.trimEnd())
  if (match === null) return null
  const [, file = '', pid, program = null] = match
  return { file, holder: pid === undefined ? null : { pid: Number(pid), program } }
}

/**
 * The lock for which apt-get gave up, in what it printed on stderr; null where it failed for another reason. After it
 * has waited for a lock it no longer says who holds it:
 *
 *     E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?
 */
export function lockInTheWay(errors: string): HeldLock | null {
  const lines = errors.split('\n').filter((line) => line.startsWith('E: '))
  for (const line of lines) {
    const held = parseHeldLock(line)
    if (held !== null) return held
  }
  for (const line of lines) {
    const [, file] = /\((\/\S+)\), is another process using it\?$/.exec(line) ?? []
    if (file !== undefined) return { file, holder: null }
  }
  return null
}

/** `process 42 (apt-get)`, with as much of it as is known. */
export function holderName({ holder }: HeldLock): string {
  if (holder === null) return 'another process'
  return `process ${holder.pid}${holder.program === null ? '' : ` (${holder.program})`}`
}

/** A held lock was met: the wait as it is now, and what to say of it. It is said at once, then every 30 s at most. */
export function waitOn(
  held: HeldLock,
  before: LockWait | null,
  nowMs: number,
): { readonly wait: LockWait; readonly say: string | null } {
  const who = `${holderName(held)}, which holds ${held.file}`
  if (before === null) return { wait: { sinceMs: nowMs, saidMs: nowMs, held }, say: `waiting for ${who}` }
  if (nowMs - before.saidMs < sayAgainMs) return { wait: { ...before, held }, say: null }
  const seconds = Math.round((nowMs - before.sinceMs) / 1000)
  return { wait: { ...before, saidMs: nowMs, held }, say: `still waiting after ${seconds} s for ${who}` }
}

/** What is left of the time for waiting; all of it where nothing had to be waited for. */
export function waitLeftMs(wait: LockWait | null, patienceMs: number, nowMs: number): number {
  return wait === null ? patienceMs : Math.max(0, wait.sinceMs + patienceMs - nowMs)
}
