import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { examine } from '../examine.ts'
import { zipOf } from '../files/testing/zip-of.ts'
import { findHypervisors } from './find-hypervisors.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-archives-'))
afterAll(() => rmSync(root, { recursive: true }))

const line = (host: string): string =>
  `2026-11-23 06:42:24.369 3392 DEBUG nova.compute.resource_tracker [-] Compute_service record updated for ${host}:${host} x /a.py:1\n`
const sos = {
  'sosreport-cmp7-2026-11-23-abc/etc/nova/nova.conf': '[libvirt]\nlive_migration_downtime = 700\n',
  'sosreport-cmp7-2026-11-23-abc/var/log/nova/nova-compute.log': line('cmp7'),
  'sosreport-cmp7-2026-11-23-abc/hostname': 'cmp7.example.org\n',
  'sosreport-cmp7-2026-11-23-abc/etc/shadow': 'x',
}
const gather = {
  'must-gather/namespaces/openstack/pods/nova-compute-abc/logs/nova-compute.log': line('cmp9'),
  'must-gather/namespaces/openstack/pods/nova-compute-xyz/nova-compute/current.log': line('cmp8'),
}

function tar(name: string, files: Readonly<Record<string, string>>, how: string): string {
  const folder = join(root, `in-${name}`)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  execFileSync('tar', [how, join(root, name), '-C', folder, '.'])
  return join(root, name)
}

const look = (path: string) =>
  examine(findHypervisors({ paths: [path], named: [], configs: [] }), {
    release: null,
    guestGiB: 64,
    onBytes: () => undefined,
    signal: new AbortController().signal,
  })

describe('archives as they come', () => {
  test.each([
    ['sos.tar.xz', '-cJf'],
    ['sos.tar.gz', '-czf'],
    ['sos.tar', '-cf'],
  ])('%s', async (name, how) => {
    const { hosts, fleet, logs } = await look(tar(name, sos, how))
    expect(hosts).toMatchObject([{ host: 'cmp7.example.org', logFiles: 1, unreached: null, unreadable: [] }])
    expect(logs[0]?.firstAt).not.toBeNull()
    const shown = `${join(root, name)}:./sosreport-cmp7-2026-11-23-abc/etc/nova/nova.conf:2`.replace(':./', ':')
    const downtime = fleet.options.find(({ option }) => option === 'libvirt.live_migration_downtime')
    expect(downtime?.values).toMatchObject([{ value: '700', hosts: [{ from: shown }] }])
    // It is unpacked elsewhere, and nothing there can be written.
    expect(hosts[0]?.configFolder).toBeNull()
  })

  test('a zip, and one that breaks off', async () => {
    const path = join(root, 'sos.zip')
    writeFileSync(path, zipOf(sos))
    expect((await look(path)).hosts).toMatchObject([{ host: 'cmp7.example.org', logFiles: 1 }])
    writeFileSync(path, zipOf(sos).subarray(0, 300))
    expect((await look(path)).hosts).toMatchObject([{ unreached: expect.stringContaining('it is no zip') }])
  })

  test("pods' logs, each by the host that it is of", async () => {
    const { hosts } = await look(tar('gather.tar.gz', gather, '-czf'))
    expect(hosts.map(({ host }) => host).toSorted()).toEqual(['cmp8', 'cmp9'])
  })

  test('no link leads out of it', async () => {
    const folder = join(root, 'in-link.tar/h/etc/nova')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(root, 'outside.conf'), '[libvirt]\nlive_migration_downtime = 999\n')
    symlinkSync(join(root, 'outside.conf'), join(folder, 'nova_x.conf'))
    const { fleet } = await look(tar('link.tar', { 'h/etc/nova/nova.conf': '[libvirt]\n' }, '-cf'))
    expect(JSON.stringify(fleet)).not.toContain('999')
  })
})

test('a log that is JSON, and one that was packed with xz, read as any other', async () => {
  const message = 'Migrating instance to cmp2 finished successfully.'
  const instance = '11111111-2222-4333-8444-555555555555'
  const text = [
    ['Took 2.00 seconds for pre_live_migration on destination host cmp2.', '06:00:00'],
    ['Migration operation has completed', '06:00:30'],
    [message, '06:00:31'],
  ]
    .map(([said, at]) =>
      JSON.stringify({
        message: said,
        asctime: `2026-11-23 ${at}`,
        levelname: 'INFO',
        name: 'nova.compute.manager',
        process: 1,
        extra: { instance },
      }),
    )
    .join('\n')
  const folder = join(root, 'json')
  mkdirSync(folder)
  writeFileSync(join(folder, 'nova-compute.json'), text)
  const { migrations } = await look(folder)
  expect(migrations).toMatchObject([{ to: 'cmp2', outcome: 'completed' }])
  expect(migrations[0]?.evidence.map(({ line: number }) => number)).toEqual([1, 2, 3])
  execFileSync('xz', ['-k', join(folder, 'nova-compute.json')])
  rmSync(join(folder, 'nova-compute.json'))
  expect((await look(folder)).migrations).toMatchObject([{ to: 'cmp2', outcome: 'completed' }])
})
