import { expect, test } from 'vitest'
import type { Clock } from '../../../clock.ts'
import { FakeNova } from '../../../testing/fake-nova.ts'
import { watchMonitor } from './monitor-watch.ts'

/** Watches for ten minutes while Nova's record is written as `write` says. */
async function watched(write: (now: number, nova: FakeNova) => void): Promise<readonly number[]> {
  const nova = new FakeNova('u1')
  nova.moves()
  const over = new AbortController()
  let now = 0
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms
      write(now, nova)
      if (now >= 600_000) over.abort()
    },
  }
  const silences: number[] = []
  const onSilent = (forMs: number): void => void silences.push(forMs)
  await watchMonitor({ open: nova.open, server: 'u1', migration: 7, clock, onSilent }, over.signal)
  return silences
}

test('a monitor that writes its record is not disturbed', async () => {
  expect(await watched((now, nova) => nova.moves({ updatedAt: new Date(now) }))).toEqual([])
})

test('one that falls silent is told once', async () => {
  expect(await watched((now, nova) => nova.moves({ updatedAt: new Date(Math.min(now, 30_000)) }))).toEqual([20_000])
})

test('an API that is down says nothing of the monitor', async () => {
  const silences = await watched((_now, nova) => nova.refusals.set('newestMigration', new Error('503')))
  expect(silences).toEqual([])
})
