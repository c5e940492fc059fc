import { describe, expect, test } from 'vitest'
import type { Release } from '../options/release.ts'
import { auditFleet, differingOptions } from './fleet-audit.ts'
import { readHostConfig } from './host-config.ts'
import { whoLacks } from './who-lacks.ts'

const converge = 'live_migration_permit_auto_converge'

function fleet(texts: Readonly<Record<string, readonly string[]>>, release: Release = 33) {
  const hosts = Object.entries(texts).map(([host, files]) =>
    readHostConfig({ host, sources: files.map((text, index) => ({ path: `${host}/${index}.conf`, text })) }, release),
  )
  return auditFleet(hosts, release, 64)
}

describe('hosts by effective value', () => {
  const audit = fleet({
    a: ['[libvirt]\n', `[libvirt]\n${converge} = True\n`],
    b: [`[libvirt]\n\n${converge} = yes\n`],
    c: [],
  })

  test('those that differ are told, with the file and line that wins on each', () => {
    expect(differingOptions(audit).map(({ option }) => option)).toEqual([`libvirt.${converge}`])
    expect(differingOptions(audit)[0]?.values).toMatchObject([
      {
        value: 'true',
        isDefault: false,
        hosts: [
          { host: 'a', from: 'a/1.conf:2' },
          { host: 'b', from: 'b/0.conf:3' },
        ],
      },
      { value: 'false', isDefault: true, hosts: [{ host: 'c', from: 'default' }] },
    ])
  })

  test('each value says what it does to a guest of that size', () => {
    const timeout = audit.options.find(({ option }) => option.endsWith('completion_timeout'))
    expect(timeout?.values[0]?.effect).toBe('a 64 GiB guest is aborted after 14.2 h')
  })

  test('who lacks a change is counted and named', () => {
    const lack = whoLacks(audit, [{ group: 'libvirt', name: converge, value: 'true' }])
    expect(lack.sentence).toBe('this change must be on all hypervisors: 1 of 3 lacks it')
    expect(lack.lack).toEqual([
      { host: 'c', instead: [{ option: `libvirt.${converge}`, from: 'default', value: 'false' }] },
    ])
    expect(lack.have).toEqual(['a', 'b'])
    expect(whoLacks(audit, [{ group: 'libvirt', name: converge, value: 'false' }]).sentence).toMatch(/2 of 3 lack it$/)
    expect(whoLacks(audit, [{ group: 'libvirt', name: 'live_migration_downtime', value: '500' }]).sentence).toBe(
      'all 3 hypervisors have it',
    )
  })

  test('a change of several options is lacked by who lacks one of them', () => {
    const both = [
      { group: 'libvirt', name: converge, value: 'false' },
      { group: 'libvirt', name: 'live_migration_downtime', value: '900' },
    ]
    expect(whoLacks(audit, both).lack.map(({ host, instead }) => `${host} ${instead.length}`)).toEqual([
      'a 2',
      'b 2',
      'c 1',
    ])
  })

  test('an address of its own is no difference', () => {
    const own = fleet({
      a: ['[libvirt]\nlive_migration_inbound_addr = 10.0.0.1\n'],
      b: ['[libvirt]\nlive_migration_inbound_addr = 10.0.0.2\n'],
    })
    expect(differingOptions(own)).toEqual([])
    expect(own.options.find(({ option }) => option.endsWith('inbound_addr'))?.values).toHaveLength(2)
  })

  test('a host whose service would not start is in no value, and lacks every change', () => {
    const broken = fleet({ a: ['[libvirt\n'], b: [`[libvirt]\n${converge} = 1\n`] })
    expect(broken.broken).toEqual(['a'])
    expect(broken.remarks).toMatchObject([{ host: 'a', code: 'broken-file', severity: 'problem', line: 1 }])
    expect(whoLacks(broken, [{ group: 'libvirt', name: converge, value: 'true' }]).lack).toMatchObject([{ host: 'a' }])
  })
})

test('where there are no files, what the service printed at its start counts', () => {
  const printed = new Map([
    ['libvirt.live_migration_downtime', '700'],
    ['libvirt.live_migration_uri', 'None'],
    [`libvirt.${converge}`, 'True'],
  ])
  const audit = auditFleet([readHostConfig({ host: 'a', sources: [], printed }, 33)], 33, 64)
  const told = (name: string) => audit.options.find(({ option }) => option === `libvirt.${name}`)?.values[0]
  expect(told(converge)).toMatchObject({ value: 'true', hosts: [{ host: 'a', from: 'printed by the service' }] })
  expect(told('live_migration_downtime')?.value).toBe('700')
  expect(told('live_migration_uri')?.value).toBe('(none)')
  expect(told('live_migration_bandwidth')?.hosts).toEqual([{ host: 'a', from: 'default' }])
})

describe('what is said of a line', () => {
  test.each([
    ['live_migration_progress_timeout = 150', 18, 'note deprecated-option'],
    ['live_migration_progress_timeout = 150', 19, 'problem removed-option'],
    ['live_migration_flag = VIR_MIGRATE_LIVE', 12, ''],
    ['live_migration_flag = VIR_MIGRATE_LIVE', 13, 'note deprecated-option'],
    ['live_migration_flag = VIR_MIGRATE_LIVE', 26, 'problem removed-option'],
    ['live_migration_parallel_connections = 4', 32, 'problem not-yet-option'],
    ['live_migration_parallel_connections = 4', 33, ''],
    ['live_migration_permit_autoconverge = true', 33, 'problem unknown-option'],
    ['live-migration-downtime = 500', 33, 'problem misspelt-option'],
    ['live_migration_downtime = 50', 33, 'problem refused-value'],
    ['live_migration_downtime = 50', 15, ''],
    ['cpu_mode = host-model', 33, ''],
  ] as const)('%s in release %i: %s', (line, release, told) => {
    const { remarks } = fleet({ a: [`[libvirt]\n${line}\n`] }, release)
    expect(remarks.map(({ severity, code }) => `${severity} ${code}`).join(', ')).toBe(told)
    expect(remarks.filter((remark) => remark.path !== 'a/0.conf' || remark.line !== 2)).toEqual([])
  })

  test('a name that is nearly right is recognised', () => {
    const { remarks } = fleet({ a: ['[libvirt]\nlive_migration_permit_autoconverge = true\n'] })
    expect(remarks[0]?.next).toBe('Is live_migration_permit_auto_converge meant?')
  })

  test('the right option in the wrong section is told where it belongs', () => {
    const { remarks } = fleet({ a: [`[DEFAULT]\n${converge} = true\n`] })
    expect(remarks).toMatchObject([{ code: 'wrong-section', next: 'Move it to [libvirt]' }])
    expect(fleet({ a: ['[libvirt]\nmax_concurrent_live_migrations = 4\n'] }).remarks).toMatchObject([
      { code: 'wrong-section', next: 'Move it to [DEFAULT]' },
    ])
  })
})

test('what the environment of a service sets counts before its files, also of options that stand beside the others', () => {
  const sources = [{ path: 'nova.conf', text: '[libvirt]\ncpu_mode = host-passthrough\n' }]
  const a = readHostConfig({ host: 'a', sources, environment: { OS_LIBVIRT__CPU_MODE: 'host-model' } }, 33)
  const b = readHostConfig({ host: 'b', sources }, 33)
  const mode = auditFleet([a, b], 33, 64).options.find(({ option }) => option === 'libvirt.cpu_mode')
  expect(mode?.values).toMatchObject([
    { value: 'host-model', hosts: [{ host: 'a', from: '$OS_LIBVIRT__CPU_MODE' }] },
    { value: 'host-passthrough', hosts: [{ host: 'b', from: 'nova.conf:2' }] },
  ])
})
