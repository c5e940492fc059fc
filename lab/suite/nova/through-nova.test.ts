import { isNotFound } from '@landfall/openstack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addInstance,
  checkGuest,
  isUnharmed,
  monotonicNowMs,
  openCloud,
  removeInstance,
  status,
  virsh,
  waitForProgress,
} from '@landfall/lab'
import type { OpenStack } from '@landfall/openstack'
import { lab, watchMigration } from './nova-support.ts'

let cloud: OpenStack

beforeAll(async () => {
  cloud = await openCloud(lab)
  await addInstance(lab, { name: 'web1', memory: '256MiB', writeSet: '16MiB', writeRate: '2MiB' })
  await waitForProgress(lab, 'web1', { deadlineMs: 120_000 })
}, 300_000)

afterAll(() => removeInstance(lab, 'web1'), 180_000)

/** Where libvirt has it, by Nova's UUID. */
async function activeOn(): Promise<readonly string[]> {
  return (await status(lab)).guests.find(({ name }) => name === 'web1')?.activeOn ?? []
}

async function server() {
  const [found] = await cloud.compute.servers.find('web1')
  if (found === undefined) throw new Error('Nova does not know web1')
  return found
}

test('a guest of the laboratory is a server of Nova’s, where Nova was asked to boot it', async () => {
  expect(await server()).toMatchObject({ status: 'ACTIVE', host: 'host1', powerState: 'running', imageId: null })
  expect(await activeOn()).toEqual(['host1'])
  const { instanceName, volumes } = await server()
  expect(await virsh(lab, 'host1', ['domblklist', instanceName ?? ''])).toContain('web1-disk')
  expect(volumes).toHaveLength(1)
  expect(await cloud.volumes.attachmentsOf((await server()).id)).toMatchObject([{ status: 'attached' }])
})

test('a live migration through Nova lands, and the guest is unharmed', async () => {
  const { id } = await server()
  const since = monotonicNowMs()
  const before = await cloud.compute.migrations.newest(id)
  const { status: accepted, requestId } = await cloud.compute.actions.liveMigrate(id, { host: 'host2' })
  expect(accepted).toBe(202)
  const { migration, statuses } = await watchMigration(cloud, id, before)
  expect(migration).toMatchObject({ status: 'completed', sourceHost: 'host1', destinationHost: 'host2' })
  expect(statuses.at(-1)).toBe('completed')
  expect(await server()).toMatchObject({ status: 'ACTIVE', host: 'host2' })
  expect(await activeOn()).toEqual(['host2'])
  await waitForProgress(lab, 'web1')
  expect(isUnharmed(await checkGuest(lab, 'web1', since))).toBe(true)
  const action = await cloud.compute.instanceActions.get(id, requestId ?? '')
  expect(action).toMatchObject({ name: 'live-migration', message: null })
  const allocations = await cloud.placement.allocations(id)
  const [provider] = await cloud.placement.providersNamed('host2')
  expect(Object.keys(allocations.resources)).toEqual([provider?.id])
  expect(await cloud.volumes.attachmentsOf(id)).toHaveLength(1)
}, 300_000)

test('an abort through Nova leaves the server where it was', async () => {
  await addInstance(lab, { name: 'busy1', memory: '768MiB', writeSet: '500MiB', on: 'host1' })
  try {
    await waitForProgress(lab, 'busy1', { deadlineMs: 120_000 })
    const [busy] = await cloud.compute.servers.find('busy1')
    const id = busy?.id ?? ''
    const since = monotonicNowMs()
    await cloud.compute.actions.liveMigrate(id)
    const { migration, statuses } = await watchMigration(cloud, id, null, async (state, { id: number }) => {
      if (state === 'running') await cloud.compute.serverMigrations.abort(id, number)
    })
    expect(statuses).toContain('running')
    // Which of the two is a race of Nova's monitor with libvirt's job.
    expect(['cancelled', 'failed']).toContain(migration.status)
    expect(await cloud.compute.servers.get(id)).toMatchObject({ status: 'ACTIVE', host: 'host1', taskState: null })
    await waitForProgress(lab, 'busy1')
    expect(isUnharmed(await checkGuest(lab, 'busy1', since))).toBe(true)
    const gone = await cloud.compute.serverMigrations.get(id, migration.id).catch((error: unknown) => error)
    expect(isNotFound(gone)).toBe(true)
  } finally {
    await removeInstance(lab, 'busy1')
  }
}, 400_000)
