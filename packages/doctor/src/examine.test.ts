import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Release } from '@landfall/nova'
import type { Examination } from './examine.ts'
import { configProblems, examine, hasFindings } from './examine.ts'
import { findHypervisors } from './hosts/find-hypervisors.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-examine-'))
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => {
  rmSync(root, { recursive: true })
  mkdirSync(root)
})

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const look = (release: Release | null = null): Promise<Examination> =>
  examine(findHypervisors({ paths: [root], named: [], configs: [] }), {
    release,
    guestGiB: 64,
    onBytes: () => undefined,
    signal: new AbortController().signal,
  })

const started = (version: string): string =>
  `2026-11-23 05:50:00.000 99 INFO nova.service [-] Starting compute node (version ${version})\n`
const printed = (line: string): string =>
  `2026-11-23 05:50:00.100 99 DEBUG oslo_service.service [-] ${line} log_opt_values /usr/lib/python3/dist-packages/oslo_config/cfg.py:2609\n`
const downtime = ({ fleet }: Examination) =>
  fleet.options.find(({ option }) => option === 'libvirt.live_migration_downtime')?.values

describe('what a host is set to', () => {
  test('is what its files say, before what its service printed; without either it is not known', async () => {
    const log = started('26.2.2') + printed('libvirt.live_migration_downtime = 700')
    put('cmp1/nova-compute.log', log)
    put('cmp2/nova-compute.log', log)
    put('cmp2/nova.conf', '[libvirt]\nlive_migration_downtime = 900\n')
    put('cmp3/nova-compute.log', started('26.2.2'))
    const examination = await look()
    expect(downtime(examination)).toMatchObject([
      { value: '700', hosts: [{ host: 'cmp1', from: 'printed by the service' }] },
      { value: '900', hosts: [{ host: 'cmp2', from: join(root, 'cmp2/nova.conf:2') }] },
    ])
    expect(examination.unconfigured).toEqual(['cmp3'])
  })

  test('is read as the release does that was told, else printed, else as the newest', async () => {
    put('cmp1/nova.conf', '[libvirt]\nlive_migration_progress_timeout = 150\n')
    expect(await look()).toMatchObject({ release: 34, releaseFrom: 'assumed' })
    put('cmp1/nova-compute.log', started('18.3.0-1'))
    const rocky = await look()
    expect(rocky).toMatchObject({ release: 18, releaseFrom: 'printed' })
    expect(configProblems(rocky)).toEqual([])
    const stein = await look(19)
    expect(stein.releaseFrom).toBe('given')
    expect(configProblems(stein)).toMatchObject([{ code: 'removed-option' }])
    expect([hasFindings(rocky), hasFindings(stein)]).toEqual([false, true])
  })
})

test('a conductor beside the hypervisors is no hypervisor', async () => {
  put('all/nova-conductor.log', started('26.2.2'))
  put('all/nova-compute-cmp1.log', started('26.2.2'))
  const { hosts, unconfigured } = await look()
  expect(hosts.map(({ host, isHypervisor }) => `${host} ${isHypervisor}`)).toEqual(['all false', 'cmp1 true'])
  expect(unconfigured).toEqual(['cmp1'])
})
