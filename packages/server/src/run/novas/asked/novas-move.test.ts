import type { Migration } from '@landfall/openstack'
import { expect, test } from 'vitest'
import { serverError } from '../../../errors.ts'
import { HostSession } from '../../../hosts/host-session.ts'
import { fakeConnection } from '../../../testing/fake-connection.ts'
import { FakeWorld } from '../../../testing/fake-hosts.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import type { NovasMove } from './novas-move.ts'
import { novasMove } from './novas-move.ts'

const uuid = '11111111-2222-3333-4444-555555555555'

const sessions = (['host1', 'host2'] as const).map(
  (name) => new HostSession(new FakeWorld().facts(name), async () => fakeConnection({ getHostname: async () => name })),
)

const moveBy = (nova: FakeNova): Promise<NovasMove> => novasMove({ sessions, nova: nova.open }, uuid, 'host2')

const queued = { status: 'queued', statusAsSent: 'queued' } as const

test.each<[string, string | null, Partial<Migration> | null, NovasMove]>([
  ['that waits in its queue is on its way there', 'migrating', queued, 'there'],
  ['that it is busy with nothing of is on its way nowhere, whatever record was left', null, queued, 'none'],
  ['that it restarts is on its way nowhere', 'rebooting', null, 'none'],
  ['that somebody had it move elsewhere is not on its way there', 'migrating', { destinationHost: 'host3' }, 'none'],
  ['of whose move it has no record yet may be', 'migrating', null, 'unclear'],
  ['whose record is of an earlier move may be', 'migrating', { status: 'completed' }, 'unclear'],
  ['for which it has no host yet may be', 'migrating', { destinationHost: null }, 'unclear'],
  ['that it moves cold is waited for, and not taken up', 'resize_migrating', { type: 'migration' }, 'unclear'],
])('an instance of Nova’s %s', async (_which, taskState, record, move) => {
  const nova = new FakeNova(uuid, { taskState })
  if (record !== null) nova.moves(record)
  expect(await moveBy(nova)).toBe(move)
})

test('of a Nova that does not answer nobody can tell', async () => {
  const nova = new FakeNova(uuid, { taskState: 'migrating' })
  nova.refusals.set('newestMigration', serverError('nova-unreachable', 'no answer', 'wait'))
  await expect(moveBy(nova)).rejects.toMatchObject({ code: 'nova-unreachable' })
})
