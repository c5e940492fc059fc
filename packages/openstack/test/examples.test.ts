import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { FakeCloud } from '../src/testing.ts'
import { fakeCloud } from './cloud.ts'

const folder = join(import.meta.dirname, '../examples')
const compute = '/compute/v2.1'

async function printed(cloud: FakeCloud, example: string, ...words: string[]): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', ...cloud.environment }
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, example), ...words], { env, cwd: '/' })
  return stdout
}

const server = (host: string): Record<string, unknown> => ({
  id: 's1',
  name: 'web',
  status: 'ACTIVE',
  tenant_id: 'p1',
  user_id: 'u1',
  flavor: {},
  image: '',
  created: '2026-11-28T12:00:00Z',
  updated: '2026-11-28T12:00:00Z',
  'OS-EXT-SRV-ATTR:host': host,
})

test('every example is tried here', () => {
  expect(readdirSync(folder)).toEqual(['list.ts', 'migrate.ts'])
})

test('the list example lists', async () => {
  const cloud = await fakeCloud()
  cloud.respond('GET', `${compute}/servers/detail`, { body: { servers: [server('host1')] } })
  expect(await printed(cloud, 'list.ts')).toBe('web  ACTIVE  host1\n')
})

test('the migrate example follows a migration to its end', async () => {
  const cloud = await fakeCloud()
  let asked = false
  const statuses = ['queued', 'running', 'completed']
  cloud.respond('GET', `${compute}/servers/detail`, { body: { servers: [server('host1')] } })
  cloud.respond('GET', `${compute}/servers/s1`, { body: { server: server('host2') } })
  cloud.respond('POST', `${compute}/servers/s1/action`, () => {
    asked = true
    return { status: 202, headers: { 'x-openstack-request-id': 'req-1' } }
  })
  cloud.respond('GET', `${compute}/os-migrations`, () => {
    const status = asked ? (statuses.shift() ?? 'completed') : null
    const row = { id: 7, uuid: 'm7', status, source_compute: 'host1', dest_compute: 'host2', instance_uuid: 's1' }
    return { body: { migrations: status === null ? [] : [{ ...row, created_at: '2026-11-28T12:00:00.000000' }] } }
  })
  expect((await printed(cloud, 'migrate.ts', 'web')).split('\n')).toEqual([
    'accepted: req-1',
    'host1 -> host2: queued',
    'host1 -> host2: running',
    'host1 -> host2: completed',
    'web is on host2',
    '',
  ])
})
