import { LandfallError } from '@landfall/core'
import { expect, test } from 'vitest'
import { ownClock } from '../../testing/own-clock.ts'
import { patiently } from './patiently.ts'

const away = new LandfallError('server-unreachable', 'the service cannot be reached')

test('the minute begins when it first fails: a request may hang for longer than that', async () => {
  const clock = ownClock()
  let asked = 0
  const answer = await patiently(async () => {
    if (++asked > 1) return 'here again'
    await clock.sleep(120_000)
    throw away
  }, clock)
  expect([answer, asked]).toEqual(['here again', 2])
})

test('it is asked again for a minute, and then told', async () => {
  const clock = ownClock()
  await expect(patiently(() => Promise.reject(away), clock)).rejects.toBe(away)
  expect(clock.now()).toBe(60_000)
})
