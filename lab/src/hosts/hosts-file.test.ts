import { expect, test } from 'vitest'

import { hostFiles } from './host-files.ts'
import { hostsFileText } from './hosts-file.ts'
import type { HostState } from '../state.ts'

const host = (name: string): HostState => ({
  name,
  address: '10.87.1.11',
  uuid: `uuid-of-${name}`,
  directory: `/labs/default/hosts/${name}`,
  unixSocket: `/labs/default/hosts/${name}/run/libvirt/libvirt-sock`,
  unixUri: `qemu+unix:///system?socket=/labs/default/hosts/${name}/run/libvirt/libvirt-sock`,
  tcpUri: 'qemu+tcp://10.87.1.11/system',
  peerUri: `qemu+tcp://${name}/system`,
  holder: null,
})

test('the hosts file names each host with its ways in and its link', () => {
  expect(hostsFileText({ name: 'default', hosts: [host('host1')], linkBitsPerSecond: 8e8 })).toBe(
    `# Hosts of the laboratory "default". Written by it, and removed when it is taken down.

[hosts.host1]
uri = "qemu+unix:///system?socket=/labs/default/hosts/host1/run/libvirt/libvirt-sock"
peer_uri = "qemu+tcp://host1/system"
link = "800Mbit/s"
`,
  )
})

test('an unshaped link is not claimed to have a rate', () => {
  expect(hostsFileText({ name: 'default', hosts: [host('host1')], linkBitsPerSecond: null })).not.toContain('link')
})

test('hosts differ in what libvirt tells hosts apart by', () => {
  expect(files('host1')['etc/libvirt/libvirtd.conf']).toContain('host_uuid = "uuid-of-host1"\n')
  expect(files('host2')['etc/libvirt/libvirtd.conf']).toContain('listen_tcp = 1\n')
  expect(files('host1')['etc/libvirt/qemu.conf']).toContain('namespaces = [ ]\n')
  expect(files('host1')['etc/hostname']).toBe('host1\n')
})

function files(name: string): Record<string, string> {
  return hostFiles({
    name,
    address: '10.87.1.11',
    uuid: `uuid-of-${name}`,
    hosts: [host('host1'), host('host2')],
    subnet: { prefix: '10.87.1' },
    initProgram: 'true',
  })
}
