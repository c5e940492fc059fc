import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Notification } from './notification.ts'
import { switchover } from './notification.ts'
import type { Attempt, Outbox, Settled } from './outbox.ts'
import { added, due, mostAtOnce, mostWaiting, settled } from './outbox.ts'

const told = (migration: string, at = 0): Notification => switchover({ id: migration, guest: 'web1' }, null, at)
const failed: Attempt = { kind: 'failed', why: 'gone', mayRetry: true }
const filled = (...notifications: readonly Notification[]): Outbox =>
  notifications.reduce<Outbox>((outbox, each) => added(outbox, each, 0).outbox, [])
const ids = (start: readonly Notification[]): string[] => start.map(({ id }) => id)
const policy = { now: 0, random: 1, retryForMs: 900_000 }

test('several migrations are told of at once, the events of one in their order', () => {
  const first = due(filled(told('a', 1), told('a', 2), told('b', 1)), 0)
  expect(ids(first.start)).toEqual(['a/switchover/1', 'b/switchover/1'])
  expect(due(first.outbox, 0).start).toEqual([])
  const after = settled(first.outbox, 'a/switchover/1', { kind: 'delivered' }, policy)
  expect(after.settled).toEqual({ kind: 'delivered' })
  expect(ids(due(after.outbox, 0).start)).toEqual(['a/switchover/2'])
})

test('no more than a few are sent at once', () => {
  const many = filled(...Array.from({ length: 20 }, (_, index) => told(`m${index}`)))
  const { outbox, start } = due(many, 0)
  expect(start).toHaveLength(mostAtOnce)
  expect(due(outbox, 0).start).toEqual([])
})

test('what failed is tried again after twice as long each time, a minute at most, and given up in time', () => {
  let now = 0
  let outbox = filled(told('a'))
  const waits: number[] = []
  const attempt = (): Settled => {
    const { outbox: sending, start } = due(outbox, now)
    expect(start).toHaveLength(1)
    const after = settled(sending, 'a/switchover/0', failed, { ...policy, now })
    outbox = after.outbox
    return after.settled
  }
  let after = attempt()
  for (; after.kind === 'again'; after = attempt()) {
    waits.push(after.inMs)
    expect(due(outbox, now + after.inMs - 1)).toMatchObject({ start: [], nextAt: now + after.inMs })
    now += after.inMs
  }
  expect(after).toEqual({ kind: 'given-up', attempts: waits.length + 1 })
  expect(waits.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  expect(now).toBeLessThanOrEqual(policy.retryForMs)
  expect(now).toBeGreaterThan(policy.retryForMs - 60_000)
  expect(outbox).toEqual([])
})

test('what another attempt would not change is given up at once', () => {
  const after = settled(filled(told('a')), 'a/switchover/0', { ...failed, mayRetry: false }, policy)
  expect(after).toEqual({ outbox: [], settled: { kind: 'given-up', attempts: 1 } })
})

test.each([
  [5000, 5000],
  [3_600_000, 60_000],
])('a receiver that asks for %i ms gets %i', (retryAfterMs, inMs) => {
  const after = settled(filled(told('a')), 'a/switchover/0', { ...failed, retryAfterMs }, policy)
  expect(after.settled).toMatchObject({ kind: 'again', inMs })
})

test('where there is no room the oldest that is not being sent is given up', () => {
  const full = due(filled(...Array.from({ length: mostWaiting }, (_, index) => told(`m${index}`))), 0)
  const { outbox, dropped } = added(full.outbox, told('new'), 0)
  expect(outbox).toHaveLength(mostWaiting)
  expect(dropped?.data.migration).toBe(`m${mostAtOnce}`)
  expect(settled(outbox, dropped?.id ?? '', failed, policy).settled).toEqual({ kind: 'unknown' })
})

test('whatever fails and whenever: everything is delivered in its order or given up, and nothing twice at once', () => {
  const steps = fc.array(
    fc.record({
      migration: fc.constantFrom('a', 'b', 'c'),
      waitMs: fc.nat(5000),
      fails: fc.boolean(),
      random: fc.float({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(steps, (given) => {
      let [outbox, now]: [Outbox, number] = [[], 0]
      const delivered: Notification[] = []
      let over = 0
      for (const [index, { migration, waitMs, fails, random }] of given.entries()) {
        outbox = added(outbox, told(migration, index), now).outbox
        const { start, outbox: sending } = due(outbox, now)
        outbox = sending
        expect(new Set(start.map(({ data }) => data.migration)).size).toBe(start.length)
        for (const each of start) {
          const after = settled(outbox, each.id, fails ? failed : { kind: 'delivered' }, {
            now,
            random,
            retryForMs: 8000,
          })
          outbox = after.outbox
          if (after.settled.kind === 'delivered') delivered.push(each)
          if (after.settled.kind !== 'again') over++
        }
        now += waitMs
      }
      expect(over + outbox.length).toBe(given.length)
      for (const migration of ['a', 'b', 'c']) {
        const times = delivered.filter(({ data }) => data.migration === migration).map(({ at }) => at)
        expect(times).toEqual(times.toSorted((one, other) => one - other))
      }
    }),
  )
})
