import { expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { followUnsteered } from './follow-unsteered.ts'

const nothing = (): void => undefined

/** @param looks what becomes of it, at each look */
async function followed(nova: FakeNova, looks: readonly (() => void)[], isAbortWished = false) {
  const said: string[] = []
  const left = [...looks]
  let now = 0
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      left.shift()?.()
    },
  }
  const say = (message: string): void => void said.push(message)
  const cause = new Error('the destination is not among yours')
  const { error, record } = await followUnsteered(
    { nova, clock, id: 'u1', migration: 7, isAbortWished: () => isAbortWished, say },
    cause,
  )
  return { error, record, said }
}

test('what Nova copies on by itself is said, with how to end it, and followed to its end', async () => {
  const nova = new FakeNova('u1', { host: 'host2' })
  nova.moves()
  const silent = new Error('503')
  const { error, said } = await followed(nova, [
    () => nova.refusals.set('newestMigration', silent),
    () => nova.refusals.clear(),
    () => nova.moves({ status: 'completed', statusAsSent: 'completed' }),
  ])
  expect(said[0]).toMatch(/not among yours.*copies on by itself: "openstack server migration abort u1 7" ends it/)
  expect(error.code).toBe('nova-refused')
  expect(error.message).toMatch(/7 was not steered .*not among yours.* is completed; Nova has the instance on host2/)
  expect(nova.asked).toEqual([])
})

test('an abort that is wished meanwhile is Nova’s to carry out, and asked for once', async () => {
  const nova = new FakeNova('u1')
  nova.moves()
  const ends = (): void => nova.moves({ status: 'cancelled', statusAsSent: 'cancelled' })
  const { error } = await followed(nova, [nothing, nothing, ends], true)
  expect(nova.asked).toEqual(['abort 7'])
  expect(error.message).toContain('is cancelled')
})

test('one that Nova refuses is asked again until it is taken, and the refusal is told once', async () => {
  const nova = new FakeNova('u1')
  nova.moves()
  nova.refusals.set('abort', new Error('not in this state'))
  const ends = (): void => nova.moves({ status: 'cancelled', statusAsSent: 'cancelled' })
  const { said } = await followed(nova, [nothing, () => nova.refusals.clear(), nothing, ends], true)
  expect(nova.asked).toEqual(['abort 7', 'abort 7', 'abort 7'])
  expect(said.filter((words) => words.includes('asked again'))).toHaveLength(1)
  expect(said.filter((words) => words === 'Nova was asked to abort')).toHaveLength(1)
})
