import { describe, expect, it } from 'vitest'
import { readDomainXml } from './domain-xml.ts'

const volumeBacked = `<domain type='kvm' id='3'>
  <name>instance-00000001</name>
  <uuid>6a3d2f60-58e3-4c0f-9b36-0b6d3f1c2a11</uuid>
  <title>db &amp; cache</title>
  <metadata>
    <nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1"><nova:name>db</nova:name></nova:instance>
    <lf:note xmlns:lf='urn:lf'/>
  </metadata>
  <memory unit='KiB'>1048576</memory>
  <currentMemory unit='MiB'>512</currentMemory>
  <memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages><locked/><source type='memfd'/><access mode='shared'/></memoryBacking>
  <vcpu placement='static' current='2'>4</vcpu>
  <os>
    <type arch='x86_64' machine='pc-q35-9.2'>hvm</type>
    <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>
    <nvram>/var/lib/libvirt/qemu/nvram/x_VARS.fd</nvram>
  </os>
  <features><acpi/><kvm><dirty-ring state='on' size='4096'/></kvm></features>
  <cpu mode='host-model' check='partial' migratable='on'><model fallback='allow'>Nehalem</model></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='network' device='disk'>
      <driver name='qemu' type='raw' cache='none'/>
      <source protocol='rbd' name='volumes/vol-1'><host name='10.0.0.1' port='6789'/><host name='10.0.0.2'/></source>
      <target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='writeback'/>
      <source file='/var/lib/disk.qcow2'/>
      <backingStore type='file'><source file='/base/b.qcow2'/><backingStore type='file'><source file='/base/a.raw'/><backingStore/></backingStore></backingStore>
      <target dev='vdb' bus='virtio'/>
      <shareable/>
      <transient/>
    </disk>
    <disk type='block'><source dev='/dev/sdx'/><target dev='vdc' bus='scsi'/></disk>
    <disk type='volume'><source pool='default' volume='v1'/><target dev='vdd'/></disk>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
    <disk type='moon'><source crater='7'/><target dev='vde'/></disk>
    <interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/><target dev='vnet0'/><model type='virtio'/></interface>
    <interface type='direct'><source dev='eth0' mode='vepa'/></interface>
    <hostdev mode='subsystem' type='pci' managed='yes'><source/></hostdev>
    <filesystem type='mount'><driver type='virtiofs'/><source dir='/s'/><target dir='tag'/></filesystem>
    <shmem name='shm0'/>
    <memory model='dimm'><target><size unit='MiB'>512</size></target></memory>
    <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
    <memballoon model='virtio'/>
  </devices>
</domain>`

describe('a domain’s XML', () => {
  const domain = readDomainXml(volumeBacked)

  it('gives the guest’s identity and size in bytes', () => {
    expect(domain).toMatchObject({
      name: 'instance-00000001',
      uuid: '6a3d2f60-58e3-4c0f-9b36-0b6d3f1c2a11',
      id: 3,
      type: 'kvm',
      title: 'db & cache',
      memoryBytes: 2 ** 30,
      currentMemoryBytes: 2 ** 29,
      vcpus: 4,
      currentVcpus: 2,
    })
  })

  it('gives machine, emulator, firmware and CPU', () => {
    expect(domain).toMatchObject({
      arch: 'x86_64',
      machine: 'pc-q35-9.2',
      emulator: '/usr/bin/qemu-system-x86_64',
      loaderPath: '/usr/share/OVMF/OVMF_CODE.fd',
      nvramPath: '/var/lib/libvirt/qemu/nvram/x_VARS.fd',
      dirtyRing: true,
      cpu: { mode: 'host-model', model: 'Nehalem', check: 'partial', migratable: 'on' },
    })
    expect(domain.cpu?.xml).toBe(
      "<cpu mode='host-model' check='partial' migratable='on'><model fallback='allow'>Nehalem</model></cpu>",
    )
  })

  it('gives every disk with where it is and how it is cached', () => {
    expect(
      domain.disks.map(({ target, device, sourceKind, protocol, path, sourceName, cacheMode }) => {
        return { target, device, sourceKind, protocol, path, sourceName, cacheMode }
      }),
    ).toEqual([
      {
        target: 'vda',
        device: 'disk',
        sourceKind: 'network',
        protocol: 'rbd',
        sourceName: 'volumes/vol-1',
        cacheMode: 'none',
      },
      { target: 'vdb', device: 'disk', sourceKind: 'file', path: '/var/lib/disk.qcow2', cacheMode: 'writeback' },
      { target: 'vdc', device: 'disk', sourceKind: 'block', path: '/dev/sdx' },
      { target: 'vdd', device: 'disk', sourceKind: 'volume', sourceName: 'v1' },
      { target: 'sda', device: 'cdrom', sourceKind: 'empty' },
      { target: 'vde', device: 'disk', sourceKind: 'unknown' },
    ])
    expect(domain.disks[0]?.hosts).toEqual([
      { name: '10.0.0.1', port: 6789, socket: undefined },
      { name: '10.0.0.2', port: undefined, socket: undefined },
    ])
    expect(domain.disks[1]).toMatchObject({
      shareable: true,
      transient: true,
      readonly: false,
      format: 'qcow2',
      backingChainPaths: ['/base/b.qcow2', '/base/a.raw'],
    })
    expect(domain.disks[3]?.pool).toBe('default')
    expect(domain.disks[4]?.readonly).toBe(true)
  })

  it.each([
    ["<hard_limit unit='MiB'>2048</hard_limit>", true],
    ["<hard_limit unit='KiB'>9007199254740991</hard_limit>", false],
    ["<soft_limit unit='MiB'>2048</soft_limit>", false],
  ])('tells whether %s is a hard limit of its memory', (limit, isHard) => {
    const xml = volumeBacked.replace('<memoryBacking>', `<memtune>${limit}</memtune><memoryBacking>`)
    expect(readDomainXml(xml).memoryHardLimit).toBe(isHard)
    expect(domain.memoryHardLimit).toBe(false)
  })

  it('gives the devices that can tie a guest to its host', () => {
    expect(domain).toMatchObject({
      hostdevs: [{ mode: 'subsystem', type: 'pci', managed: true }],
      filesystems: [{ type: 'mount', driver: 'virtiofs', target: 'tag' }],
      shmems: ['shm0'],
      memoryDevices: 1,
      tpms: [{ model: 'tpm-crb', backend: 'emulator' }],
      memballoon: 'virtio',
      memoryBacking: {
        hugepages: true,
        hugepageSizesBytes: [2 ** 21],
        locked: true,
        source: 'memfd',
        access: 'shared',
      },
      interfaces: [
        { type: 'bridge', mac: '52:54:00:00:00:01', source: 'br0', model: 'virtio', target: 'vnet0' },
        { type: 'direct', source: 'eth0' },
      ],
    })
  })

  it('gives metadata as it stands, with its namespace', () => {
    expect(domain.metadata).toEqual([
      {
        name: 'nova:instance',
        namespace: 'http://openstack.org/xmlns/libvirt/nova/1.1',
        xml: '<nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1"><nova:name>db</nova:name></nova:instance>',
      },
      { name: 'lf:note', namespace: 'urn:lf', xml: "<lf:note xmlns:lf='urn:lf'/>" },
    ])
  })

  it('can be almost empty', () => {
    expect(readDomainXml("<domain type='qemu'><name>g</name><memory unit='b'>4096</memory></domain>")).toMatchObject({
      name: 'g',
      uuid: undefined,
      id: undefined,
      memoryBytes: 4096,
      vcpus: 1,
      currentVcpus: 1,
      cpu: undefined,
      disks: [],
      metadata: [],
      memballoon: undefined,
    })
  })
})

it.each([
  ['', 'not well-formed'],
  ['<domain><name>g</domain>', 'not well-formed'],
  ['<network/>', 'a <domain> was expected'],
  ["<domain><memory unit='furlong'>1</memory></domain>", 'not an amount of memory'],
  ['<domain><memory>much</memory></domain>', 'not an amount of memory'],
])('the document %j is refused', (xml, message) => {
  expect(() => readDomainXml(xml)).toThrow(
    expect.objectContaining({ code: 'LIBVIRT_BAD_XML', message: expect.stringContaining(message) }),
  )
})
