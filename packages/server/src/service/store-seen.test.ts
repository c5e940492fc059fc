import { expect, test } from 'vitest'
import { MemoryKeys } from '../testing/app-under-test.ts'
import { StoreSeen } from './store-seen.ts'

test('a store that takes nothing any more is seen, and so is one that does again', async () => {
  const keys = new MemoryKeys()
  const stop = new AbortController()
  const faults = [null, new Error('disk full'), null]
  const seen: boolean[] = []
  const clock = {
    now: () => 5,
    sleep: async () => {
      seen.push(store.isWritable)
      const next = faults[seen.length]
      if (next === undefined) stop.abort()
      else keys.fault = next
    },
  }
  const store = new StoreSeen({ keys }, clock)
  await store.watch(stop.signal)
  expect(seen).toEqual([true, false, true])
})
