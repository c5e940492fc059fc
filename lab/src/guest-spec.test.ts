import { expect, test } from 'vitest'

import { domainXml, kernelCommandLine } from './domain-xml.ts'
import { guestSpec } from './guest-spec.ts'

test('a guest that is only named is quiet, with 1 GiB and one vCPU on host1', () => {
  expect(guestSpec({ name: 'quiet' })).toMatchObject({
    host: 'host1',
    memoryBytes: 1024 ** 3,
    vcpus: 1,
    writeSetBytes: 0,
    pattern: 'uniform',
    rewrite: 'stamps',
    fill: true,
    content: 'random',
  })
})

test('the guest is told its task in pages', () => {
  const spec = guestSpec({ name: 'busy', writeSet: '600MiB', writeRate: '20MiB', pattern: 'hot-cold', fill: false })
  const words = kernelCommandLine(spec).split(' ')
  expect(words).toEqual(
    expect.arrayContaining([
      'lf.set=153600',
      'lf.rate=5120',
      'lf.pattern=hot-cold',
      'lf.disk=256',
      'lf.fill=0',
      'lf.content=random',
      'lf.dense=0',
    ]),
  )
  expect(kernelCommandLine(guestSpec({ name: 'busy', writeRate: 'max' })).split(' ')).toContain('lf.rate=0')
})

test('a guest that rewrites all of its pages is told so', () => {
  const spec = guestSpec({ name: 'dense', writeSet: '96MiB', rewrite: 'pages' })
  expect(kernelCommandLine(spec).split(' ')).toContain('lf.dense=1')
})

test.each([
  [{ memory: '64MiB' }, 'at least 192MiB'],
  [{ memory: '1000000' }, 'whole MiB'],
  [{ writeSet: '1000MiB' }, 'leaves the kernel'],
  [{ vcpus: 0 }, '1 to 16'],
  [{ vcpus: 1.5 }, '1 to 16'],
  [{ writeRate: 'fast' }, 'not a size'],
  [{ database: '96MiB', writeSet: '96MiB' }, 'not both'],
  [{ database: '96MiB', rewrite: 'pages' as const }, 'whole pages or has a database'],
  [{ database: '96MiB', memory: '256MiB' }, 'more memory than the guest has'],
])('%o is refused', (request, why) => {
  expect(() => guestSpec({ name: 'g', ...request })).toThrow(why)
})

test('a guest with a database is told of its values in pages', () => {
  const spec = guestSpec({ name: 'redis', database: '96MiB', writeRate: '20MiB' })
  expect(kernelCommandLine(spec).split(' ')).toEqual(expect.arrayContaining(['lf.database=24576', 'lf.set=0']))
  expect(kernelCommandLine(guestSpec({ name: 'plain' }))).not.toContain('lf.database')
})

test('a definition says everything that two hosts could see differently', () => {
  const xml = domainXml({
    spec: guestSpec({ name: 'g', memory: '512MiB', vcpus: 2 }),
    uuid: '35e078dd-4075-4348-ac9b-c1de4ec573ee',
    accelerator: 'tcg',
    machine: 'pc-q35-10.0',
    kernel: '/shared/vmlinuz',
    initrd: '/shared/initrd',
    volume: { name: 'g-disk', address: '10.87.1.1', port: 10809 },
    localDisk: '/var/lib/disks/g.raw',
    progressSocket: '/shared/g.progress',
    consoleSocket: '/shared/g.console',
  })
  expect(xml).toContain("<domain type='qemu'>")
  expect(xml).toContain("machine='pc-q35-10.0'")
  expect(xml).toContain("<model fallback='forbid'>Nehalem</model>")
  expect(xml).toContain("<memory unit='b'>536870912</memory>")
  expect(xml).toContain("<host name='10.87.1.1' port='10809'/>")
  expect(xml).toContain("<source file='/var/lib/disks/g.raw'/>")
  expect(xml.match(/mode='connect'/g)).toHaveLength(2)
})
