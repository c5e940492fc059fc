import { describe, expect, test } from 'vitest'
import { configPatterns, hostFolders, hostLayout, logName, logPatterns } from './host-layout.ts'

describe('configuration, in the order in which the service reads it', () => {
  test.each([
    ['a folder of files', ['nova_override.conf', 'nova.conf', 'glance.conf'], ['nova.conf', 'nova_override.conf']],
    [
      "Debian's, with a folder",
      [
        'etc/nova/nova.conf.d/9.conf',
        'etc/nova/nova.conf.d/10.conf',
        'etc/nova/nova-compute.conf',
        'etc/nova/nova.conf',
      ],
      [
        'etc/nova/nova.conf',
        'etc/nova/nova-compute.conf',
        'etc/nova/nova.conf.d/10.conf',
        'etc/nova/nova.conf.d/9.conf',
      ],
    ],
    [
      "Platform9's over a stray nova.conf",
      ['opt/pf9/etc/nova/conf.d/nova_override.conf', 'opt/pf9/etc/nova/conf.d/nova.conf', 'etc/nova/nova.conf'],
      ['etc/nova/nova.conf', 'opt/pf9/etc/nova/conf.d/nova.conf', 'opt/pf9/etc/nova/conf.d/nova_override.conf'],
    ],
    [
      "a container's instead of the host's own",
      ['etc/nova/nova.conf', 'etc/kolla/nova-compute/nova.conf'],
      ['etc/kolla/nova-compute/nova.conf'],
    ],
    ['no hidden file, no backup', ['nova.conf', '.nova_x.conf', 'nova_override.conf.bak-1'], ['nova.conf']],
  ])('%s', (_what, paths, configs) => {
    expect(hostLayout(paths).configs).toEqual(configs)
  })

  test.each([
    [['etc/nova/nova.conf', 'etc/nova/nova.conf.d/a.conf'], 'etc/nova'],
    [['opt/pf9/etc/nova/conf.d/nova.conf', 'etc/nova/nova.conf'], 'opt/pf9/etc/nova/conf.d'],
    [['nova.conf'], ''],
    [['nova-compute.log'], null],
  ])('an override for %j belongs into %j', (paths, folder) => {
    expect(hostLayout(paths).configFolder).toBe(folder)
  })
})

describe('logs, oldest first', () => {
  test.each([
    [
      ['nova-compute.log', 'nova-compute.log.10.gz', 'nova-compute.log.2.gz', 'nova-compute.log.1'],
      ['nova-compute.log.10.gz', 'nova-compute.log.2.gz', 'nova-compute.log.1', 'nova-compute.log'],
    ],
    [
      ['var/log/pf9/ostackhost.log', 'var/log/pf9/ostackhost.log-20261102', 'var/log/pf9/ostackhost.log-20261101.gz'],
      ['var/log/pf9/ostackhost.log-20261101.gz', 'var/log/pf9/ostackhost.log-20261102', 'var/log/pf9/ostackhost.log'],
    ],
    [
      ['var/log/nova/nova-compute.log-2026110203', 'var/log/nova/nova-compute.log-2026110201'],
      ['var/log/nova/nova-compute.log-2026110201', 'var/log/nova/nova-compute.log-2026110203'],
    ],
    [
      ['nova-compute.log.1.bz2', 'nova-compute.log.2.xz', 'nova-compute.log'],
      ['nova-compute.log.2.xz', 'nova-compute.log.1.bz2', 'nova-compute.log'],
    ],
    [
      ['nova-compute.log', 'nova-compute-20261102.log', 'nova-compute-20261101.log.gz'],
      ['nova-compute-20261101.log.gz', 'nova-compute-20261102.log', 'nova-compute.log'],
    ],
    [
      ['nova-compute.1.log', 'nova-compute.2.log.gz', 'nova-compute.log'],
      ['nova-compute.2.log.gz', 'nova-compute.1.log', 'nova-compute.log'],
    ],
    [
      ['nova-compute.log.2026-11-02', 'nova-compute.log.2026-11-01.gz', 'nova-compute.log'],
      ['nova-compute.log.2026-11-01.gz', 'nova-compute.log.2026-11-02', 'nova-compute.log'],
    ],
    // The machine's own log counts where nova has none.
    [
      ['var/log/messages', 'var/log/messages-20261101'],
      ['var/log/messages-20261101', 'var/log/messages'],
    ],
    [['var/log/messages', 'var/log/nova/nova-compute.log'], ['var/log/nova/nova-compute.log']],
    [['nova-api.log', 'home/x/nova-compute.log', 'nova-compute.txt'], []],
  ])('%j', (paths, logs) => {
    expect(hostLayout(paths).logs).toEqual(logs)
  })

  test.each([
    ['nova-compute.log', null],
    ['nova-compute-nova1.log', 'nova1'],
    ['a/nova-compute-cmp-07.dc1.log.2.gz', 'cmp-07.dc1'],
    ['nova-compute-20261101.log', null],
    ['nova-compute-cmp-12.log', 'cmp-12'],
    ['nova-api.log', undefined],
    ['kubernetes/nova-compute/current.log', null],
    ['glance/current.log', undefined],
    ['nova-compute.log-20261101', null],
  ])('%s is of host %s', (path, host) => {
    expect(logName(path)?.host).toBe(host)
  })
})

test('a host that is asked from afar is asked for the same folders', () => {
  const folders = [...configPatterns, ...logPatterns].map((pattern) => pattern.replace(/\/?[^/]*$/, ''))
  expect([...new Set(folders)].toSorted()).toEqual([...hostFolders].toSorted())
})
