import type { HostStatus, Instance } from '@landfall/api'
import { MiB } from '@landfall/core'

export const host = (name: string, part: Partial<Extract<HostStatus, { reachable: true }>> = {}): HostStatus => ({
  name,
  uri: `qemu+tls://${name}/system`,
  reachable: true,
  hostname: name,
  libvirtVersion: 11_003_000,
  qemuVersion: 10_000_002,
  memoryBytes: 256 * 1024 * MiB,
  availableBytes: 96 * 1024 * MiB,
  runningGuests: 12,
  ageMs: 0,
  ...part,
})

export const silentHost: HostStatus = {
  name: 'host3',
  uri: 'qemu+tls://host3/system',
  reachable: false,
  why: 'Connection refused',
  silentSince: Date.parse('2026-11-28T11:42:07Z'),
}

export const guest = (name: string, part: Partial<Instance> = {}): Instance => ({
  name,
  // Of its own for each name.
  uuid: `00000000-0000-4000-8000-${Buffer.from(name).toString('hex').slice(-12).padStart(12, '0')}`,
  host: 'host1',
  state: 'running',
  memoryBytes: 1024 * MiB,
  vcpus: 2,
  labels: {},
  migrating: false,
  kept: null,
  ...part,
})
