import { expect, test } from 'vitest'
import { readConfigFile } from './config-file.ts'
import { handsAt, isSteered, openStackSchema, readOpenStackConfig } from './openstack-config.ts'

const steered = (table: object) =>
  readOpenStackConfig(openStackSchema.parse(table), ['host1', 'host2'], { path: '', text: '' }).steered
const migration = { source: 'host1', project: 'p1', instance: 'u1' }

test('what is fresh only observes', () => {
  expect(isSteered(steered({ cloud: 'production' }), migration)).toBe(false)
})

test.each([
  [{ steer: true }, true],
  [{ steer_hosts: ['host1'] }, true],
  [{ steer_hosts: ['host2'] }, false],
  [{ steer_projects: ['p1'] }, true],
  [{ steer_instances: ['u1'] }, true],
  [{ steer_instances: ['u2'], steer_projects: ['p2'] }, false],
])('%j', (table, expected) => {
  expect(isSteered(steered(table), migration)).toBe(expected)
})

test('an instance whose project is not known is not steered for a project’s sake', () => {
  expect(isSteered(steered({ steer_projects: ['p1'] }), { ...migration, project: null })).toBe(false)
})

test('of a host it is told whether what leaves it is steered, only observed, or some of it', () => {
  expect(handsAt(steered({}), 'host1')).toBe('observed')
  expect(handsAt(steered({ steer: true }), 'host1')).toBe('steered')
  expect(handsAt(steered({ steer_hosts: ['host1'] }), 'host1')).toBe('steered')
  expect(handsAt(steered({ steer_hosts: ['host2'], steer_projects: ['p1'] }), 'host1')).toBe('some')
})

test('a host to steer that is not in the file is refused with its line', () => {
  const text = '[hosts.host1]\nuri = "qemu:///system"\n[openstack]\nsteer_hosts = ["host1", "zz"]\n'
  expect(() => readConfigFile(text, 'f')).toThrow(
    expect.objectContaining({
      message: 'f: line 4, column 1: openstack.steer_hosts: "zz" is not a host of this file',
      next: 'The hosts are: host1',
    }),
  )
})
