import { existsSync, writeFileSync } from 'node:fs'

import { hubAddress, machineAddress, shapeCommand } from './network-plan.ts'
import type { Subnet } from './network-plan.ts'
import { run, tryRun } from '../machine/run.ts'

type Signal = AbortSignal | undefined

const inNamespaceOf = (pid: number): string[] => ['nsenter', `--net=/proc/${pid}/ns/net`, '--']

/** Addresses and routes of the machine, as text to look for a prefix in. */
export async function machineNetworks(): Promise<string> {
  return (await run(['ip', '-4', '-brief', 'address'])) + (await run(['ip', '-4', 'route', 'show', 'table', 'all']))
}

/**
 * The bridge lives in the hub's namespace, not in the machine's: the machine's firewall does not see the hosts'
 * frames (with br_netfilter it would), and all interfaces but `uplink` end with their namespaces.
 */
export async function buildHubNetwork(hubPid: number, subnet: Subnet, uplink: string, signal: Signal): Promise<void> {
  const hub = inNamespaceOf(hubPid)
  await run(['ip', 'link', 'add', uplink, 'type', 'veth', 'peer', 'name', 'machine', 'netns', String(hubPid)], {
    signal,
  })
  const quiet = `/proc/sys/net/ipv6/conf/${uplink}/disable_ipv6`
  if (existsSync(quiet)) writeFileSync(quiet, '1')
  await run(['ip', 'address', 'add', `${machineAddress(subnet)}/24`, 'dev', uplink], { signal })
  await run(['ip', 'link', 'set', uplink, 'up'], { signal })
  const batch = [
    'link set lo up',
    'link add bridge0 type bridge',
    `address add ${hubAddress(subnet)}/24 dev bridge0`,
    'link set bridge0 up',
    'link set machine master bridge0 up',
  ]
  await run([...hub, 'ip', '-batch', '-'], { input: batch.join('\n'), signal })
}

/** Connects a host: `eth0` in the host, and in the hub an interface with the host's name. */
export async function connectHost(
  hubPid: number,
  host: { readonly name: string; readonly address: string; readonly pid: number },
  bitsPerSecond: number | null,
  signal: Signal,
): Promise<void> {
  const inHub = [
    `link add ${host.name} type veth peer name eth0 netns ${host.pid}`,
    `link set ${host.name} master bridge0 up`,
  ]
  await run([...inNamespaceOf(hubPid), 'ip', '-batch', '-'], { input: inHub.join('\n'), signal })
  const inHost = ['link set lo up', `address add ${host.address}/24 dev eth0`, 'link set eth0 up']
  await run([...inNamespaceOf(host.pid), 'ip', '-batch', '-'], { input: inHost.join('\n'), signal })
  await shapeLink(hubPid, host, bitsPerSecond, signal)
}

/** Shapes both directions of a host's link, each where it sends. */
export async function shapeLink(
  hubPid: number,
  host: { readonly name: string; readonly pid: number },
  bitsPerSecond: number | null,
  signal: Signal,
): Promise<void> {
  for (const [pid, device] of [[hubPid, host.name] as const, [host.pid, 'eth0'] as const]) {
    const command = [...inNamespaceOf(pid), 'tc', ...shapeCommand(device, bitsPerSecond)]
    // Taking away what was never set is refused by tc; the result is the one asked for.
    if (bitsPerSecond === null) await tryRun(command, { signal })
    else await run(command, { signal })
  }
}

export async function removeUplink(uplink: string): Promise<void> {
  if (uplinkExists(uplink)) await tryRun(['ip', 'link', 'delete', uplink])
}

export function uplinkExists(uplink: string): boolean {
  return existsSync(`/sys/class/net/${uplink}`)
}
