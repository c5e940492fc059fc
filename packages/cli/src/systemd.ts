import { execFile } from 'node:child_process'

/**
 * Tells systemd how a service of `Type=notify` is doing; nothing where it was not started by systemd. Node cannot write to the
 * socket that systemd listens on (AF_UNIX datagrams), so systemd's own program does; the unit says NotifyAccess=all.
 */
export function notifySystemd(state: string, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (environment['NOTIFY_SOCKET'] === undefined) return Promise.resolve()
  return new Promise((resolve) => {
    // A notification that got lost is the watchdog's affair, not ours.
    execFile('systemd-notify', [state], { timeout: 5000 }, () => resolve())
  })
}

/** Tells the watchdog that this process lives, at half of the time it allows. Returns how to stop. */
export function feedWatchdog(environment: NodeJS.ProcessEnv = process.env): () => void {
  const allowedMs = Number(environment['WATCHDOG_USEC'] ?? 0) / 1000
  if (allowedMs <= 0) return () => undefined
  const timer = setInterval(() => void notifySystemd('WATCHDOG=1', environment), allowedMs / 2)
  return () => clearInterval(timer)
}
