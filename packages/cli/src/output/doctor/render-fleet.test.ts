import { expect, test } from 'vitest'
import type { FleetAudit, HostRemark } from '@landfall/doctor'
import { renderFleet } from './render-fleet.ts'

const plain = (_style: string, text: string): string => text
const hosts = ['cmp1', 'cmp2', 'cmp3']
const remark = (host: string): HostRemark => ({
  code: 'unknown-option',
  severity: 'problem',
  host,
  path: `/${host}/nova.conf`,
  line: 3,
  message: 'it is ignored',
  next: 'Is another meant?',
})
const audit: FleetAudit = {
  release: 33,
  guestGiB: 64,
  hosts,
  broken: ['cmp3'],
  options: [
    {
      option: 'libvirt.live_migration_bandwidth',
      ownOnEachHost: false,
      values: [
        { value: '0', isDefault: true, effect: 'no limit', hosts: [{ host: 'cmp1', from: 'default' }] },
        { value: '100', isDefault: false, effect: 'slow', hosts: [{ host: 'cmp2', from: '/etc/nova/nova.conf:7' }] },
      ],
    },
    {
      option: 'libvirt.live_migration_scheme',
      ownOnEachHost: false,
      values: [
        { value: '(none)', isDefault: true, effect: 'tcp', hosts: hosts.map((host) => ({ host, from: 'default' })) },
      ],
    },
  ],
  remarks: [remark('cmp1'), remark('cmp2')],
}

test('hosts by effective value: those that differ are marked, with the file and line that wins; defaults of all are left out', () => {
  expect(renderFleet(audit, plain)).toEqual([
    'Fleet: 3 hosts, 1 option not alike (≠), as nova 2026.1 reads the files',
    '  option                            value  hosts   set at',
    '≠ libvirt.live_migration_bandwidth  0      1 of 3  default (cmp1)',
    '                                    100    1 of 3  nova.conf:7 (cmp2)',
    'The service does not start with the files of cmp3.',
    '',
    'What that does to a guest of 64 GiB',
    '  live_migration_bandwidth = 0: no limit',
    '  live_migration_bandwidth = 100: slow',
    '',
    'Lines that do not do what they say',
    '  /cmp1/nova.conf:3: it is ignored. Is another meant? (and 1 line like it: cmp2)',
  ])
})

test('where nothing is known there is no empty table', () => {
  expect(renderFleet({ ...audit, hosts: [] }, plain)).toEqual([])
  expect(renderFleet({ ...audit, options: [], remarks: [], broken: hosts }, plain).slice(1)).toEqual([
    'The service does not start with the files of cmp1, cmp2, cmp3.',
  ])
})
