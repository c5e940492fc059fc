import type { FoundMigration } from '@landfall/api'
import { expect, test } from 'vitest'
import type { Store } from '../../store/store.ts'
import type { MigrationStory } from '../../store/story/story.ts'
import { ActiveMigration } from './active-migrations.ts'
import { foundHere, TakeUps } from './take-up.ts'

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

const hands = (which: 'on' | 'off'): ActiveMigration => {
  const active = new ActiveMigration({ id: 'm1', guest: 'web1', uuid: 'u1', source: 'host1', destination: 'host2' })
  const role = { origin: 'found', hands: which } as const
  void active.run(
    {
      ...found('m1'),
      guest: { name: 'web1', uuid: 'u1' },
      role,
      isOthers: false,
      status: () => 'copying',
      wish: () => ({ allowed: true }),
      ended: new Promise(() => undefined),
    },
    () => 0,
  )
  return active
}
// Whether there is a story is all that is looked at.
const storeWith = (isDriven: boolean, story: object | null = {}): Pick<Store, 'read' | 'isDriven'> => ({
  read: () => Promise.resolve(story as MigrationStory | null),
  isDriven: () => Promise.resolve(isDriven),
})

test('one that is only followed here is taken over once its driver died, and left to it before', async () => {
  expect(await foundHere(storeWith(true), hands('off'))).toMatchObject({ id: 'm1' })
  expect(await foundHere(storeWith(false), hands('off'))).toBeNull()
  expect(await foundHere(storeWith(false), hands('on'))).toMatchObject({ id: 'm1' })
  // Somebody else's, of which nothing is written.
  expect(await foundHere(storeWith(false, null), hands('off'))).toMatchObject({ id: 'm1' })
})
