import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainXmlEditor } from './domain-xml-editor.ts'
import { readDomainXml } from './domain-xml.ts'

const source = `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>guest1</name>
  <uuid>6a3d2f60-58e3-4c0f-9b36-0b6d3f1c2a11</uuid>
  <metadata>
    <o:owner xmlns:o='urn:owner'>me &amp; you</o:owner>
  </metadata>
  <memory unit='GiB'>1</memory>
  <currentMemory>524288</currentMemory>
  <cpu mode='host-model'/>
  <devices>
    <disk type='network' device='disk'>
      <driver name='qemu' type='raw' cache='writeback'/>
      <source protocol='rbd' name='pool/image'>
        <host name='ceph1' port='6789'/>
        <auth username='u'/>
        <reservations managed='yes'/>
      </source>
      <target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='cdrom'>
      <target dev='sda' bus='sata'/>
      <readonly/>
    </disk>
  </devices>
  <qemu:commandline><qemu:arg value='-odd'/></qemu:commandline>
</domain>
`

const read = (editor: DomainXmlEditor): ReturnType<typeof readDomainXml> => readDomainXml(editor.toString())

describe('a domain’s XML', () => {
  it('is edited and read back', () => {
    const editor = new DomainXmlEditor(source)
      .setText('name', 'a & b')
      .setText('title', '<new>')
      .setMemory(2 ** 31, 2 ** 30)
      .setCpu("<cpu mode='custom'><model>Nehalem</model></cpu>")
      .setDiskSource('vda', { file: "/mnt/it's.img" })
      .setDiskSource('sda', { block: '/dev/sr0' })
      .setDiskCacheMode('vda', 'none')
      .setDiskCacheMode('sda', 'directsync')
      .addDevice("<memballoon model='virtio'/>")
      .setMetadata('urn:owner', "<o:owner xmlns:o='urn:owner'>her</o:owner>")
      .setMetadata('urn:more', "<m:more xmlns:m='urn:more'/>")
    const domain = read(editor)
    expect(domain).toMatchObject({
      name: 'a & b',
      title: '<new>',
      memoryBytes: 2 ** 31,
      currentMemoryBytes: 2 ** 30,
      cpu: { mode: 'custom', model: 'Nehalem' },
      memballoon: 'virtio',
    })
    expect(domain.disks).toMatchObject([
      { target: 'vda', sourceKind: 'file', path: "/mnt/it's.img", protocol: undefined, hosts: [], cacheMode: 'none' },
      { target: 'sda', sourceKind: 'block', path: '/dev/sr0', cacheMode: 'directsync', readonly: true },
    ])
    expect(domain.metadata.map(({ namespace }) => namespace)).toEqual(['urn:owner', 'urn:more'])
    expect(editor.toString()).toContain("<qemu:commandline><qemu:arg value='-odd'/></qemu:commandline>")
    expect(editor.toString()).toContain("<reservations managed='yes'/>")
  })

  it('loses what is taken away', () => {
    const domain = read(
      new DomainXmlEditor(source).setCpu(undefined).removeDisk('sda').setMetadata('urn:owner', undefined),
    )
    expect(domain.cpu).toBeUndefined()
    expect(domain.disks.map(({ target }) => target)).toEqual(['vda'])
    expect(domain.metadata).toEqual([])
  })

  it('takes any text as a title and any path of a disk', () => {
    const text = fc.stringMatching(/^[ -~äß€🙂]{1,20}$/u)
    fc.assert(
      fc.property(text, text, (title, file) => {
        const domain = read(new DomainXmlEditor(source).setText('title', title).setDiskSource('vda', { file }))
        expect(domain.title ?? '').toBe(title.trim())
        expect(domain.disks[0]?.path).toBe(file)
      }),
    )
  })

  it('says which disks there are when asked for another', () => {
    expect(() => new DomainXmlEditor(source).setDiskSource('vdz', { file: '/x' })).toThrow(
      expect.objectContaining({ code: 'LIBVIRT_BAD_ARGUMENT', message: expect.stringContaining('vda, sda') }),
    )
  })

  it('makes what is missing', () => {
    const domain = read(
      new DomainXmlEditor('<domain/>')
        .setMemory(2 ** 20)
        .addDevice("<memballoon model='none'/>")
        .setMetadata('urn:a', "<a xmlns='urn:a'/>"),
    )
    expect(domain).toMatchObject({ memoryBytes: 2 ** 20, memballoon: 'none', metadata: [{ namespace: 'urn:a' }] })
  })
})
