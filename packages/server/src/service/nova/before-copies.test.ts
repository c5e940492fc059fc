import { expect, test } from 'vitest'
import type { Migration } from '@landfall/openstack'
import { FakeNova } from '../../testing/fake-nova.ts'
import { measureBeforeCopies } from './before-copies.ts'

const record = (part: Partial<Migration>): Migration => {
  const nova = new FakeNova('u1')
  nova.moves(part)
  if (nova.record === null) throw new Error('it moves')
  return nova.record
}

/** So many looks, each of which sees what changed since the one before. */
async function looks(changed: readonly (readonly Migration[] | Error)[]) {
  const stopped = new AbortController()
  let look = 0
  const measured: string[] = []
  const failed: string[] = []
  const clock = {
    now: () => 10_000_000 + 2000 * look,
    sleep: async () => {
      if (++look >= changed.length) stopped.abort()
    },
  }
  await measureBeforeCopies(
    {
      changed: async () => {
        const seen = changed[look] ?? []
        if (seen instanceof Error) throw seen
        return seen
      },
      measure: async (uuid) => void measured.push(`${look} ${uuid}`),
      clock,
      onFailed: (uuid) => void failed.push(uuid),
    },
    stopped.signal,
  )
  return { measured, failed }
}

test('each that Nova is about to move is measured, until it copies', async () => {
  const { measured } = await looks([
    [record({ status: 'accepted' }), record({ id: 8, serverId: 'u2', status: 'running' })],
    [],
    [record({ status: 'preparing' })],
    [record({ status: 'running' })],
    [],
  ])
  expect(measured).toEqual(['0 u1', '1 u1', '2 u1'])
})

test('a Nova that does not answer is asked again, and told once', async () => {
  const down = new Error('503')
  const { measured, failed } = await looks([down, down, [record({ status: 'queued' })], []])
  expect([measured, failed]).toEqual([['2 u1', '3 u1'], ['all']])
})
