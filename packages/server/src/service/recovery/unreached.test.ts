import { expect, test } from 'vitest'
import { storyOf } from '../../testing/story.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import type { Store } from '../../store/store.ts'
import { unreachedBy } from './unreached.ts'

const record = (id: string, source: string): MigrationRecord =>
  // As much of it as is looked at.
  ({ id, guest: { name: `guest of ${id}`, uuid: id }, source, destination: 'host2' }) as MigrationRecord

const unended: Store['unended'] = async (kind, isMeant = () => true) =>
  (kind === 'undriven'
    ? [record('m1', 'host1'), record('m2', 'host9')]
    : [record('m3', 'host9'), record('m4', 'host9')]
  )
    .map((each) => storyOf(each, {}, 0))
    .filter(({ record: { id } }) => isMeant(id))

test('what has not ended and names a host that is not in the file any more is told; what others drive is not', async () => {
  const drains = {
    list: async () => [
      { id: 'd1', host: 'host9', endedAt: null, state: { guests: [] } },
      { id: 'd2', host: 'host8', endedAt: 5 },
    ],
  }
  const store = { unended, drains } as unknown as Pick<Store, 'unended' | 'drains'>
  const told = await unreachedBy(store, ['host1', 'host2'], (id) => id === 'm3')
  expect(told.map(({ kind, id, missing }) => [kind, id, ...missing])).toEqual([
    ['migration', 'm2', 'host9'],
    ['migration', 'm3', 'host9'],
    ['drain', 'd1', 'host9'],
  ])
})
