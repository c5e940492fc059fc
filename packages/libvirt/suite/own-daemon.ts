import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { source } from './laboratory.ts'

// A libvirtd of a test's own inside the laboratory's first host: it has its own directories and shares only the network, so that it
// can be configured, killed and started again while the host's goes on.

export interface OwnDaemon {
  readonly start: () => void
  /** Kills it, as kill -9 does, and waits until it is gone. */
  readonly kill: () => Promise<void>
}

/**
 * @param settings Lines of libvirtd.conf.
 * @param files Put below /run, by name.
 * @param prepare Shell commands before it starts.
 */
export const ownDaemon = (
  settings: readonly string[],
  files: Readonly<Record<string, string>> = {},
  prepare: readonly string[] = [],
): OwnDaemon => {
  const script = [
    'set -e',
    'for d in /run /var/lib/libvirt; do mount -t tmpfs none $d; done',
    'mkdir -p /run/libvirt /run/lock',
    ...Object.entries({ 'own.conf': `${settings.join('\n')}\n`, ...files }).map(
      ([name, text]) => `echo ${Buffer.from(text).toString('base64')} | base64 -d > /run/${name}`,
    ),
    ...prepare,
    'exec libvirtd --listen -f /run/own.conf -p /run/own.pid',
  ].join('\n')
  const inside = [
    '--target',
    String(source.holder.pid),
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--root',
    '--wd=/',
  ]
  let child: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    const running = child
    child = undefined
    if (running?.pid === undefined || running.exitCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    process.kill(-running.pid, 'SIGKILL')
    await gone
  }
  onTestFinished(kill)
  return {
    start: () => {
      child = spawn('nsenter', [...inside, '--', 'unshare', '-m', 'sh', '-c', script], {
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        stdio: 'ignore',
        detached: true,
      })
    },
    kill,
  }
}
