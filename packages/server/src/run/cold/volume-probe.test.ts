import { readDomainXml } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { volumeProbeXml } from './volume-probe.ts'

const guest = (disks: string): string =>
  `<domain type='kvm'><name>web1</name><os><type arch='x86_64' machine='pc-q35-10.0'>hvm</type></os>
<devices><emulator>/usr/bin/qemu</emulator>${disks}<interface type='bridge'/></devices></domain>`
const nbd = `<disk type='network' device='disk'><driver name='qemu' type='raw'/><source protocol='nbd' name='vol1'><host name='h' port='1'/></source><target dev='sda'/></disk>`
const file = `<disk type='file' device='disk'><driver type='qcow2'/><source file='/a.img'/><target dev='sdb'/></disk>`

function probe(disks: string): string | null {
  const xml = guest(disks)
  return volumeProbeXml(xml, readDomainXml(xml), 'landfall-probe-1')
}

test('it has the guest’s network volumes, read-only, and neither its files nor its other devices', () => {
  const description = readDomainXml(probe(nbd + file + nbd) ?? '')
  expect(description).toMatchObject({ name: 'landfall-probe-1', type: 'kvm', machine: 'pc-q35-10.0', interfaces: [] })
  expect(description.disks).toHaveLength(2)
  for (const disk of description.disks) {
    expect(disk).toMatchObject({
      sourceKind: 'network',
      protocol: 'nbd',
      sourceName: 'vol1',
      readonly: true,
      shareable: true,
    })
  }
})

test('a guest without network volumes needs none', () => {
  expect(probe(file)).toBeNull()
})

test('only raw volumes are opened as shareable: libvirt refuses that of others', () => {
  const [disk] = readDomainXml(probe(nbd.replace("'raw'", "'qcow2'")) ?? '').disks
  expect(disk).toMatchObject({ readonly: true, shareable: false })
})
