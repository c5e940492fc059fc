import { expect, test } from 'vitest'
import { heard, isWatched, noHeartbeatYet, silentForMs, withoutMonitor } from './heartbeat.ts'

test('a record that is written every 5 s is a monitor that lives, for however long', () => {
  let beat = noHeartbeatYet(0)
  for (let now = 5000; now <= 600_000; now += 5000) {
    beat = heard(beat, { updatedAt: now - 300 }, now)
    expect(silentForMs(beat, now + 4999)).toBeNull()
  }
})

test('a record that stands still is a monitor that is dead or frozen', () => {
  const beat = heard(noHeartbeatYet(0), { updatedAt: 900 }, 1000)
  const later = heard(beat, { updatedAt: 900 }, 20_000)
  expect(silentForMs(later, 20_999)).toBeNull()
  expect(silentForMs(later, 21_000)).toBe(20_000)
})

test('an API that does not answer says nothing of nova-compute', () => {
  const beat = heard(noHeartbeatYet(0), { updatedAt: 900 }, 1000)
  expect(silentForMs(heard(beat, null, 60_000), 70_000)).toBeNull()
})

test('whether Nova watches is known once its record was seen to be written on, and for two of its intervals', () => {
  const found = heard(noHeartbeatYet(0), { updatedAt: 900 }, 1000)
  expect(isWatched(found, 1000)).toBe(false)
  const beating = heard(found, { updatedAt: 5900 }, 6000)
  expect(isWatched(beating, 16_000)).toBe(true)
  expect(isWatched(beating, 16_001)).toBe(false)
})

test('a copy without a monitor is left to go on until an abort would come too late', () => {
  const beat = heard(noHeartbeatYet(0), { updatedAt: 900 }, 1000)
  expect(withoutMonitor(beat, 1000, 20_000)).toBe('watched')
  expect(withoutMonitor(beat, 82_000, 26_000)).toBe('hold')
  expect(withoutMonitor(beat, 41_000, 67_000)).toBe('abort')
  expect(withoutMonitor(beat, null, 21_000)).toBe('abort')
})
