import { expect, test } from 'vitest'
import { heard, isWatched, mayBeWatched, noHeartbeatYet, silentForMs, withoutMonitor } from './heartbeat.ts'

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

test('of a monitor that is dead an API that answers now and then tells all the same, and vouches for nobody', () => {
  let beat = heard(heard(noHeartbeatYet(0), { updatedAt: 900 }, 1000), { updatedAt: 5900 }, 6000)
  const silent: (number | null)[] = []
  for (let look = 1; look <= 8; look++) {
    const now = 6000 + look * 5000
    beat = heard(beat, look % 4 === 3 ? null : { updatedAt: 5900 }, now)
    silent.push(silentForMs(beat, now))
    expect(isWatched(beat, now)).toBe(look <= 2)
    expect(mayBeWatched(beat, now)).toBe(look <= 3)
  }
  // The two looks without an answer are 10 s of which nobody knows.
  expect(silent).toEqual([null, null, null, null, 20_000, 25_000, 25_000, 30_000])
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
