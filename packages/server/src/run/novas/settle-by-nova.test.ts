import { expect, test } from 'vitest'
import { serverError } from '../../errors.ts'
import { FakeFleet } from '../../testing/fake-fleet.ts'
import { FakeNova } from '../../testing/fake-nova.ts'
import { ActiveMigration } from '../request/active-migrations.ts'
import type { RunContext } from '../start/context.ts'
import type { AwaitsWord } from './settle-by-nova.ts'
import { awaitsWord, carryRevertByNova, confirmByNova } from './settle-by-nova.ts'

const uuid = '11111111-2222-3333-4444-555555555555'

/** Nova does what it was asked at the next look: its record is final before the instance is. */
function settling(word: 'confirmed' | 'reverted' | 'error') {
  const nova = new FakeNova(uuid, { status: 'VERIFY_RESIZE', host: 'host2' })
  nova.moves({ type: 'migration', status: 'finished', statusAsSent: 'finished' })
  const { instance, record } = nova
  if (instance === null || record === null) throw new Error('the fake has both')
  let looks = 0
  const clock = {
    now: () => 1000 * looks,
    sleep: async () => {
      looks++
      if (looks > 1000) throw new Error('it never ends')
      if (looks === 1) nova.moves({ type: 'migration', status: word, statusAsSent: word })
      if (looks === 2 && nova.instance !== null) nova.instance = { ...instance, status: 'ACTIVE' }
    },
  }
  const novas: AwaitsWord = { nova, instance, record, guest: { name: 'instance-00000001', uuid } }
  // Nothing else is asked of it.
  return { nova, novas, context: { clock } as unknown as RunContext }
}

test('what Nova moved cold is confirmed by Nova, and waited for until instance and record say so', async () => {
  const { nova, novas, context } = settling('confirmed')
  expect(await confirmByNova(context, novas)).toEqual([
    { migration: '7', guest: 'instance-00000001', removedFrom: 'host1', livesOn: 'host2' },
  ])
  expect(nova.asked).toEqual([`confirm ${uuid}`])
})

test('it is taken back by Nova, and the report says from where to where', async () => {
  const { nova, novas, context } = settling('reverted')
  const active = new ActiveMigration({ id: 'm1', guest: 'instance-00000001', uuid })
  await carryRevertByNova(context, novas, active)
  expect(nova.asked).toEqual([`revert ${uuid}`])
  const last = active.log.kept.at(-1)?.update
  expect(last).toMatchObject({ kind: 'ended', report: { outcome: 'completed', source: 'host2', destination: 'host1' } })
})

test('an end that was not asked for is an error, with Nova’s word', async () => {
  const { novas, context } = settling('error')
  await expect(confirmByNova(context, novas)).rejects.toMatchObject({
    code: 'nova-refused',
    message: 'Nova’s migration 7 was to be confirmed, and is error'.replace('’', "'"),
  })
})

test('what Nova took although its answer got lost is followed to its end', async () => {
  const away = serverError('nova-unreachable', 'the connection broke before the answer was there', 'wait')
  const { nova, novas, context } = settling('reverted')
  nova.refusals.set('revert', away)
  const active = new ActiveMigration({ id: 'm1', guest: 'instance-00000001', uuid })
  await carryRevertByNova(context, novas, active)
  expect(active.log.kept.at(-1)?.update).toMatchObject({ kind: 'ended', report: { outcome: 'completed' } })
  // And what it did not take is told as it failed.
  const untaken = settling('reverted')
  untaken.nova.refusals.set('confirm', away)
  Object.assign(untaken.nova, { moves: () => undefined })
  await expect(confirmByNova(untaken.context, untaken.novas)).rejects.toBe(away)
})

test('an instance that is deleted meanwhile ends it', async () => {
  const { nova, novas, context } = settling('reverted')
  nova.instance = null
  Object.assign(nova, { moves: () => undefined })
  await expect(confirmByNova(context, novas)).rejects.toMatchObject({
    code: 'nova-refused',
    message: "Nova's migration 7 was to be confirmed, and is finished",
  })
})

test('what its owner has resized is not confirmed for a move, nor one move for another', async () => {
  const fleet = new FakeFleet(2, 16)
  const instance = fleet.add('vm', 'host2', 1, true)
  const nova = new FakeNova(instance, { status: 'VERIFY_RESIZE', host: 'host2' })
  // As much of what is kept as is looked at.
  const kept = { record: { guest: { uuid: instance }, nova: { migration: 6 } }, report: null }
  const store = { read: async (id: string) => (id === 'm1' ? kept : null) }
  const context = { sessions: fleet.sessions, nova: nova.open, store, clock: fleet.clock } as unknown as RunContext
  nova.moves({ type: 'resize', status: 'finished', statusAsSent: 'finished' })
  await expect(awaitsWord(context, 'vm')).rejects.toMatchObject({
    code: 'nothing-kept',
    message: expect.stringContaining('waits for its owner to confirm a resize'),
  })
  nova.moves({ type: 'migration', status: 'finished', statusAsSent: 'finished' })
  await expect(awaitsWord(context, 'm1')).rejects.toMatchObject({
    code: 'nothing-kept',
    message: expect.stringContaining("m1 was Nova's migration 6, and vm waits for a word on a later one, 7"),
  })
  expect(await awaitsWord(context, 'vm')).toMatchObject({ record: { id: 7 } })
})

test.each(['refused', 'gone'] as const)(
  'where its answer got lost, and its record is %s, it is told as failed',
  async (then) => {
    const away = serverError('nova-unreachable', 'the connection broke before the answer was there', 'wait')
    const { nova, novas, context } = settling('reverted')
    nova.refusals.set('revert', away)
    if (then === 'refused') nova.refusals.set('newestMigration', serverError('nova-refused', 'may not any more', 'ask'))
    else Object.assign(nova, { newestMigration: async () => null })
    const active = new ActiveMigration({ id: 'm1', guest: 'instance-00000001', uuid })
    await expect(carryRevertByNova(context, novas, active)).rejects.toBe(away)
  },
)
