import { readDomainXml } from '@landfall/libvirt'
import type { Disk } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { findLocalDisks } from './find-local-disks.ts'

const disk = (target: string, source: string, more = ''): string =>
  `<disk type='${source === '' ? 'network' : 'file'}' device='disk'>${
    source === '' ? "<source protocol='nbd' name='v'/>" : `<source file='${source}'/>`
  }<target dev='${target}'/>${more}</disk>`
const disksOf = (...disks: string[]): readonly Disk[] =>
  readDomainXml(
    `<domain type='kvm'><name>g</name><uuid>35e078dd-4075-4348-ac9b-c1de4ec573ee</uuid><memory>1</memory><os><type>hvm</type></os><devices>${disks.join('')}</devices></domain>`,
  ).disks

/** A libvirt that finds a migration unsafe as long as one of these is not copied. */
const libvirt = (...local: string[]) => {
  const asked: (readonly string[])[] = []
  const ask = (copied: readonly string[]) => {
    asked.push(copied)
    const unsafe = local.some((target) => !copied.includes(target))
    return Promise.resolve(unsafe ? ({ kind: 'unsafe', why: 'local' } as const) : ({ kind: 'allowed' } as const))
  }
  return { asked, ask }
}
const targets = (local: readonly Disk[]): string[] => local.map(({ target }) => target)

test('a guest whose disks are all shared is asked about once', async () => {
  const { asked, ask } = libvirt()
  const found = await findLocalDisks(disksOf(disk('vda', ''), disk('vdb', '/nfs/b')), ask)
  expect(found).toEqual({ local: [], verdict: { kind: 'allowed' } })
  expect(asked).toEqual([[]])
})

test('of several files only those on a file system of the source itself are local', async () => {
  const { ask } = libvirt('vdb', 'vdd')
  const disks = disksOf(disk('vda', ''), disk('vdb', '/a'), disk('vdc', '/nfs/c'), disk('vdd', '/d'))
  const { local, verdict } = await findLocalDisks(disks, ask)
  expect(targets(local)).toEqual(['vdb', 'vdd'])
  expect(verdict).toEqual({ kind: 'allowed' })
})

test('what is read-only or no file is not copied', async () => {
  const { ask } = libvirt('vdb')
  const { local } = await findLocalDisks(disksOf(disk('vda', '/cd.iso', '<readonly/>'), disk('vdb', '/b')), ask)
  expect(targets(local)).toEqual(['vdb'])
})

test('where copying files does not make it safe, the obstacle stays', async () => {
  const { ask } = libvirt('vda')
  const found = await findLocalDisks(disksOf(disk('vda', '')), ask)
  expect(found).toEqual({ local: [], verdict: { kind: 'unsafe', why: 'local' } })
})
