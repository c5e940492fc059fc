import { hostsFile } from './network-plan.ts'
import type { HostAddress, Subnet } from './network-plan.ts'

export interface HostFilesInput {
  readonly name: string
  readonly address: string
  readonly uuid: string
  readonly hosts: readonly HostAddress[]
  readonly subnet: Subnet
  readonly initProgram: string
}

/** The files in which a host differs from the cached root, by path. */
export function hostFiles(host: HostFilesInput): Record<string, string> {
  const libvirtd = {
    listen_tls: 0,
    listen_tcp: 1,
    auth_tcp: 'none',
    auth_unix_ro: 'none',
    auth_unix_rw: 'none',
    // Two daemons with one UUID take each other for the same host and refuse to migrate.
    host_uuid: host.uuid,
    // Many clients at once are the rule in a laboratory; libvirt's own defaults are 5000 and 5 per client.
    max_clients: 5000,
  }
  const qemu = {
    user: 'root',
    group: 'root',
    dynamic_ownership: 0,
    remember_owner: 0,
    security_driver: 'none',
    namespaces: [],
    migration_address: host.address,
    migration_host: host.address,
  }
  return {
    'etc/hostname': `${host.name}\n`,
    'etc/hosts': hostsFile(host.hosts, host.subnet),
    'etc/libvirt/libvirtd.conf': settings(libvirtd),
    'etc/libvirt/qemu.conf': settings(qemu),
    'opt/landfall/init': host.initProgram,
  }
}

function settings(values: Readonly<Record<string, string | number | readonly string[]>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${Array.isArray(value) ? '[ ]' : JSON.stringify(value)}\n`)
    .join('')
}
