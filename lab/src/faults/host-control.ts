import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { hostReady } from '../hosts/host-ready.ts'
import { kill } from '../machine/processes.ts'
import { requireHost, requireState } from '../state.ts'
import { runInside } from '../hosts/virsh.ts'

/** Runs virsh in a host, on the host's own libvirtd, and returns what it printed. */
export async function virsh(lab: string, host: string, args: readonly string[]): Promise<string> {
  return runInside(requireHost(requireState(lab), host), ['virsh', ...args], { deadlineMs: 600_000 })
}

/** Runs any command in a host's namespaces. */
export async function inHost(lab: string, host: string, command: readonly string[]): Promise<string> {
  return runInside(requireHost(requireState(lab), host), command, { deadlineMs: 600_000 })
}

/** `streams`: what QEMU sends to QEMU in a migration; `control`: libvirtd's connections; `volumes`: NBD. */
export type Connections = 'streams' | 'control' | 'volumes'

// libvirt hands out 49152 and up to migrations; a host's other outgoing connections start below (enter-host.sh).
const filters: Readonly<Record<Connections, string>> = {
  streams: '( sport >= :49152 or dport >= :49152 )',
  control: '( sport = :16509 or dport = :16509 )',
  volumes: '( dport >= :10809 and dport < :12000 )',
}

/** Breaks a host's TCP connections of that kind, as a failing network would; returns how many there were. */
export async function cutConnections(lab: string, host: string, kind: Connections = 'streams'): Promise<number> {
  const target = requireHost(requireState(lab), host)
  const killed = await runInside(target, ['ss', '-K', '-H', '-t', '-n', 'state', 'established', filters[kind]])
  return killed.split('\n').filter((line) => line.trim() !== '').length
}

/** Ends a host's libvirtd and nothing else: guests and running migrations of QEMU go on without it. */
export async function stopLibvirtd(lab: string, host: string, signal: 'TERM' | 'KILL' = 'TERM'): Promise<void> {
  const target = requireHost(requireState(lab), host)
  const script =
    'pid=$(cat /run/libvirtd.pid) && kill -s "$1" "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done'
  await runInside(target, ['sh', '-c', script, 'sh', signal])
}

/** Starts a libvirtd that was stopped; returns when it answers. */
export async function startLibvirtd(lab: string, host: string): Promise<void> {
  const target = requireHost(requireState(lab), host)
  for (const mark of ['ready', 'failed']) await rm(join(target.directory, 'run/landfall', mark), { force: true })
  if (target.holder !== null) kill(target.holder, 'SIGUSR1')
  await hostReady(target, undefined)
}
