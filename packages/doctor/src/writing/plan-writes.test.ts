import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Setting } from '@landfall/nova'
import { findHypervisors } from '../hosts/find-hypervisors.ts'
import { carryOut, planWrites } from './plan-writes.ts'
import type { WritePlan } from './plan-writes.ts'
import { readHypervisors } from '../hosts/read-hypervisors.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-writes-'))
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => {
  rmSync(root, { recursive: true })
  mkdirSync(root)
})

const converge: Setting = {
  group: 'libvirt',
  name: 'live_migration_permit_auto_converge',
  value: 'true',
  type: { kind: 'boolean' },
}
const tunnelled: Setting = { ...converge, name: 'live_migration_tunnelled' }
const pf9 = 'opt/pf9/etc/nova/conf.d'

function put(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const text = (path: string): string => readFileSync(join(root, path), 'utf8')

async function plan(name = 'nova_override.conf', settings: readonly Setting[] = [converge]): Promise<WritePlan> {
  const hosts = await readHypervisors(findHypervisors({ paths: [root], named: [], configs: [] }), {
    sinkOf: () => ({ text: () => undefined, line: () => undefined, unreadable: () => undefined }),
    onBytes: () => undefined,
    signal: new AbortController().signal,
  })
  return planWrites(name, hosts, settings, 33)
}
const write = (planned: WritePlan): string[] =>
  [...carryOut(planned, () => new Date('2026-11-24T20:15:00Z'))].map(({ host }) => host)

describe("the change in every host's own file", () => {
  test('only those that lack it are written, and a second run changes nothing', async () => {
    put('cmp1/nova.conf', '[DEFAULT]\n')
    put('cmp1/nova_override.conf', '# ours\n[libvirt]\nvirt_type = kvm')
    put(`cmp2/${pf9}/nova.conf`, '[libvirt]\n')
    put('cmp3/nova.conf', '[DEFAULT]\n')
    put('cmp3/nova_override.conf', '[libvirt]\nlive_migration_permit_auto_converge = True\n')
    const planned = await plan()
    expect(planned.writes.map(({ diff }) => diff.length > 0)).toEqual([true, true, false])
    expect(planned.writes[0]?.diff.slice(2)).toEqual([
      '@@ -1,3 +1,4 @@',
      ' # ours',
      ' [libvirt]',
      '-virt_type = kvm',
      '\\ No newline at end of file',
      '+virt_type = kvm',
      '+live_migration_permit_auto_converge = true',
      '\\ No newline at end of file',
    ])
    expect(write(planned)).toEqual(['cmp1', 'cmp2'])
    expect(text(`cmp2/${pf9}/nova_override.conf`)).toBe('[libvirt]\nlive_migration_permit_auto_converge = true\n')
    expect(readdirSync(join(root, 'cmp1')).toSorted()).toEqual([
      'nova.conf',
      'nova_override.conf',
      'nova_override.conf.bak-20261124T201500Z',
    ])
    expect(write(await plan())).toEqual([])
  })

  test('one file that several hosts share by links is written once', async () => {
    put('cmp1/nova.conf', '')
    put('cmp1/nova_override.conf', '[libvirt]\n')
    put('cmp2/nova.conf', '')
    symlinkSync('../cmp1/nova_override.conf', join(root, 'cmp2/nova_override.conf'))
    expect(write(await plan())).toEqual(['cmp1'])
    expect((await plan()).writes.map(({ diff }) => diff)).toEqual([[], []])
  })

  test('a new file beside nova.conf has to be given to the service, in a conf.d it need not', async () => {
    put('cmp1/nova.conf', '')
    put(`cmp2/${pf9}/nova.conf`, '')
    const { writes } = await plan()
    expect(writes.map(({ note }) => note !== null)).toEqual([true, false])
    expect(writes[0]?.note).toMatch(/started with --config-file .*nova_override.conf/)
  })

  test('a path is taken below the host, an absolute one is of one host', async () => {
    put('cmp1/etc/nova/nova.conf', '')
    put('cmp2/etc/nova/nova.conf', '')
    const { writes } = await plan('etc/nova/no-such-folder/x.conf')
    expect(writes).toEqual([])
    expect((await plan('etc/nova/x.conf')).writes.map(({ path }) => path.replace(root, ''))).toEqual([
      '/cmp1/etc/nova/x.conf',
      '/cmp2/etc/nova/x.conf',
    ])
    await expect(plan(join(root, 'x.conf'))).rejects.toThrow(/names one file, but there are 2 hosts/)
  })
})

test.each(['nova_override.conf', 'nova-compute.conf.d/10.conf'])(
  'a new file, last in its folder, is not behind %s, which would hide it',
  async (later) => {
    put('cmp1/etc/nova/nova.conf', '[libvirt]\nlive_migration_permit_auto_converge = false\n')
    put('cmp1/etc/nova/nova.conf.d/50-site.conf', '')
    const file = 'etc/nova/nova.conf.d/90-migration.conf'
    expect((await plan(file)).unplanned).toEqual([])
    put(`cmp1/etc/nova/${later}`, '[libvirt]\nlive_migration_permit_auto_converge = false\n')
    expect((await plan(file)).unplanned[0]?.why).toMatch(/would not count: .* comes later/)
  },
)

test('a folder that nova does not look into is none that is read, whatever its name', async () => {
  put('cmp1/etc/nova/nova.conf', '')
  mkdirSync(join(root, 'cmp1/etc/nova/migration.conf.d'))
  expect((await plan('etc/nova/migration.conf.d/90.conf')).writes[0]?.note).toMatch(/has to be started with/)
})

test('what the environment of the service sets would hide a change, and is named', async () => {
  put('cmp1/etc/nova/nova.conf', '')
  put(
    'cmp1/etc/systemd/system/nova-compute.service.d/site.conf',
    '[Service]\nEnvironment=OS_LIBVIRT__LIVE_MIGRATION_PERMIT_AUTO_CONVERGE=false\n',
  )
  const { writes, unplanned } = await plan()
  expect(writes).toEqual([])
  expect(unplanned[0]?.why).toMatch(/environment of its service sets OS_LIBVIRT__LIVE_MIGRATION_PERMIT_AUTO_CONVERGE/)
})

const starts = (...files: readonly string[]): void =>
  put(
    'cmp1/etc/systemd/system/nova-compute.service',
    `[Service]\nExecStart=/usr/bin/nova-compute ${files.map((name) => `--config-file /etc/nova/${name}`).join(' ')}\n`,
  )

const noteOfNew = async (folder: string): Promise<string | null | undefined> =>
  (await plan(`etc/nova/${folder}/90.conf`)).writes[0]?.note

describe('where the unit of the service names its files', () => {
  test('a file that it names later hides a change, whatever its name', async () => {
    put('cmp1/etc/nova/nova.conf', '[libvirt]\nlive_migration_permit_auto_converge = false\n')
    put('cmp1/etc/nova/nova_override.conf', '')
    starts('nova_override.conf', 'nova.conf')
    expect((await plan()).unplanned[0]?.why).toMatch(/would not count: .*nova.conf:2 comes later/)
    starts('nova.conf', 'nova_override.conf')
    expect((await plan()).unplanned).toEqual([])
  })

  test('a file that it does not name is not read, though it lies beside the others', async () => {
    put('cmp1/etc/nova/nova.conf', '')
    put('cmp1/etc/nova/nova_override.conf', '# ours\n')
    put('cmp1/etc/nova/nova.conf.d/50-site.conf', '')
    starts('nova.conf')
    expect((await plan()).writes[0]?.note).toMatch(/has to be started with --config-file/)
    expect((await plan('etc/nova/nova.conf.d/50-site.conf')).writes[0]?.note).toBeNull()
  })

  test('a new file in a folder is read where it names that folder, or none', async () => {
    put('cmp1/etc/nova/nova.conf', '')
    for (const folder of ['nova.conf.d', 'site']) mkdirSync(join(root, 'cmp1/etc/nova', folder))
    starts('nova.conf')
    expect(await noteOfNew('nova.conf.d')).toBeNull()
    expect(await noteOfNew('site')).toMatch(/has to be started with/)
    starts('nova.conf --config-dir /etc/nova/site')
    expect(await noteOfNew('nova.conf.d')).toMatch(/has to be started with/)
    expect(await noteOfNew('site')).toBeNull()
  })
})

describe('a host whose file is left alone', () => {
  test.each<[string, string, string | Buffer, RegExp, Setting?]>([
    [
      'a later file would hide the change',
      'zz.conf',
      '[libvirt]\nlive_migration_permit_auto_converge = false\n',
      /would not count: .*zz.conf:2 comes later/,
    ],
    ['nova would not start with it', 'nova_override.conf', '[libvirt\n', /nova_override.conf:1: Invalid section/],
    [
      'nova would not start with another',
      'nova.conf',
      'max = 1\n',
      /nova.conf:1: the service does not start with this file/,
    ],
    [
      'nova would not start with both',
      'nova.conf',
      '[libvirt]\nlive_migration_with_native_tls = true\n',
      /Nova does not start with both/,
      tunnelled,
    ],
    ['it is not UTF-8', 'nova_override.conf', Buffer.from('# caf\u00e9\n', 'latin1'), /is not UTF-8/],
  ])('%s: it is told, and the others are written', async (_why, name, content, told, setting = converge) => {
    put(`cmp1/${pf9}/nova.conf`, '')
    put(`cmp1/${pf9}/${name}`, content)
    put('cmp2/nova.conf', '')
    const planned = await plan('nova_override.conf', [setting])
    expect(planned.unplanned).toMatchObject([{ host: 'cmp1' }])
    expect(planned.unplanned[0]?.why).toMatch(told)
    expect(write(planned)).toEqual(['cmp2'])
    expect(readFileSync(join(root, `cmp1/${pf9}/${name}`))).toEqual(Buffer.from(content))
  })
})
