import type { FoundMigration } from '@landfall/api'
import { expect, test } from 'vitest'
import { TakeUps } from './take-up.ts'

const found = (id: string): FoundMigration => ({
  id,
  guest: 'web1',
  source: 'host1',
  destination: 'host2',
  role: { origin: 'taken-over', hands: 'on' },
})

test('of several that ask for the same guest at the same moment one takes it up, and the others find it', async () => {
  const takeUps = new TakeUps()
  let taken: FoundMigration | null = null
  let times = 0
  const take = async (): Promise<FoundMigration> => {
    if (taken !== null) return taken
    times += 1
    await new Promise((resolve) => setImmediate(resolve))
    taken = found('m1')
    return taken
  }
  const all = await Promise.all([1, 2, 3].map(() => takeUps.inTurn('u1', take)))
  expect([times, all.map(({ id }) => id)]).toEqual([1, ['m1', 'm1', 'm1']])
})

test('one that could not does not keep the next from it, and other guests do not wait', async () => {
  const takeUps = new TakeUps()
  const failing = takeUps.inTurn('u1', () => Promise.reject(new Error('its host does not answer')))
  const next = takeUps.inTurn('u1', () => Promise.resolve(found('m1')))
  const other = takeUps.inTurn('u2', () => Promise.resolve(found('m2')))
  await expect(failing).rejects.toThrow('its host does not answer')
  expect([(await next).id, (await other).id]).toEqual(['m1', 'm2'])
})
