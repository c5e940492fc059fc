import { expect, test } from 'vitest'

import { domainXml, kernelCommandLine, romSettings } from './domain-xml.ts'
import { guestSpec } from './guest-spec.ts'
import type { GuestRequest } from './guest-spec.ts'

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
  [{ memory: '48MiB', guest: 'rom' as const }, 'at least 64MiB'],
  [{ memory: '1000000' }, 'whole MiB'],
  [{ writeSet: '1000MiB' }, 'leaves the guest less than 112MiB'],
  [{ burst: 'often' }, 'like 3s/7s'],
  [{ burst: '3s/0s' }, 'at least 10ms'],
  [{ burst: '3s/7s', pattern: 'phases' as const }, 'leave one of the two out'],
  [{ compute: -1 }, '0 or more'],
  [{ vcpus: 0 }, '1 to 16'],
  [{ vcpus: 1.5 }, '1 to 16'],
  [{ writeRate: 'fast' }, 'not a size'],
  [{ database: '96MiB', writeSet: '96MiB' }, 'not both'],
  [{ database: '96MiB', rewrite: 'pages' as const }, 'whole pages or runs redis'],
  [{ database: '96MiB', memory: '256MiB' }, 'more memory than the guest has'],
  [{ database: '80MiB', valueSize: '64', memory: '384MiB' }, 'more memory than the guest has'],
  [{ database: '8MiB', valueSize: '8KiB' }, '16 to 4096 bytes'],
  [{ database: '8MiB', readPercent: 101 }, '0 to 100'],
  [{ program: 'memcached' as const }, 'memcached needs a database'],
  [{ program: 'postgres' as const, database: '8MiB', valueSize: '1KiB' }, '16 to 512 bytes'],
  [{ program: 'tcc' as const, database: '8MiB' }, 'leave the database out'],
  [{ program: 'tcc' as const, writeRate: '1MiB' }, 'leave the rate out'],
  [{ program: 'gcc' as 'tcc' }, 'take one of redis, memcached, postgres, tcc'],
])('%o is refused', (request, why) => {
  expect(() => guestSpec({ name: 'g', ...request })).toThrow(why)
})

const settings = (request: Partial<GuestRequest>): readonly string[] =>
  kernelCommandLine(guestSpec({ name: 'g', ...request })).split(' ')

test('a guest with a program is told of its values, or that it compiles', () => {
  expect(settings({ database: '96MiB', writeRate: '20MiB' })).toEqual(
    expect.arrayContaining(['lf.database=24576', 'lf.value=4096', 'lf.reads=25', 'lf.set=0']),
  )
  expect(settings({ program: 'memcached', database: '30000', valueSize: '300', readPercent: 100 })).toEqual(
    expect.arrayContaining(['lf.database=100', 'lf.value=300', 'lf.reads=100']),
  )
  expect(settings({ program: 'tcc' })).toContain('lf.compiler=1')
  expect(settings({}).join(' ')).not.toMatch(/lf\.(?:database|compiler)/)
})

test('the ROM guest is told the same, and what only it can do', () => {
  const spec = guestSpec({ name: 'g', writeSet: '96MiB', rewrite: 'mixed', burst: '3s/500ms', compute: 30_000 })
  expect(romSettings(spec)).toBe(
    'lf.set=24576 lf.rate=0 lf.pattern=uniform lf.disk=256 lf.fill=1 lf.content=random lf.threads=1 lf.rewrite=mixed lf.check=8192 lf.burst=3000 lf.idle=500 lf.compute=30000',
  )
  expect(romSettings(guestSpec({ name: 'g', checkRate: '1GiB/s' }))).toContain('lf.check=262144')
  // Phases are a burst like any other to it.
  expect(romSettings(guestSpec({ name: 'g', pattern: 'phases' }))).toContain('lf.burst=5000 lf.idle=5000')
})

const common = {
  spec: guestSpec({ name: 'g', memory: '512MiB', vcpus: 2 }),
  uuid: '35e078dd-4075-4348-ac9b-c1de4ec573ee',
  machine: 'pc-q35-10.0',
  volume: { name: 'g-disk', address: '10.87.1.1', port: 10809 },
  localDisk: '/var/lib/disks/g.raw',
  progressSocket: '/shared/g.progress',
  consoleSocket: '/shared/g.console',
}

test('a definition says everything that two hosts could see differently', () => {
  const image = { guest: 'linux', kernel: '/shared/vmlinuz', initrd: '/shared/initrd' } as const
  const xml = domainXml({ ...common, accelerator: 'tcg', image })
  expect(xml).toContain("<domain type='qemu'>")
  expect(xml).toContain("machine='pc-q35-10.0'")
  expect(xml).toContain("<model fallback='forbid'>Nehalem</model>")
  expect(xml).toContain("<memory unit='b'>536870912</memory>")
  expect(xml).toContain("<host name='10.87.1.1' port='10809'/>")
  expect(xml).toContain("<source file='/var/lib/disks/g.raw'/>")
  expect(xml).toContain('<kernel>/shared/vmlinuz</kernel>')
  expect(xml.match(/mode='connect'/g)).toHaveLength(2)
  expect(xml).not.toContain('slot=')
})

test('the ROM guest is a firmware with its settings, and its disks are where it looks for them', () => {
  const xml = domainXml({ ...common, accelerator: 'kvm', image: { guest: 'rom', rom: '/shared/rom.bin' } })
  expect(xml).toContain("<domain type='kvm'>")
  expect(xml).toContain("<model fallback='forbid'>kvm64</model>")
  expect(xml).toContain("<loader readonly='yes' type='rom'>/shared/rom.bin</loader>")
  expect(xml).toContain("<entry name='opt/landfall/guest'>lf.set=0 ")
  expect(xml.match(/bus='0x00' slot='0x0[34]'/g)).toHaveLength(2)
  expect(xml).not.toContain('<kernel>')
})
