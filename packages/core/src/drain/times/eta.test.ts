import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { drained, drainOf } from '../../testing/drain-world.ts'
import { drainProgress } from './eta.ts'
import type { DrainedGuest, GuestStage } from '../state.ts'
import { timetable } from './timetable.ts'

const anyGuests = fc.array(
  fc.record({
    seconds: fc.integer({ min: 2, max: 40 }),
    to: fc.constantFrom('host2', 'host3', 'host4'),
    alone: fc.constantFrom(false, false, true),
  }),
  { minLength: 2, maxLength: 12 },
)

const limits = { perSource: 3, perDestination: 2, fleet: 4 }

/** The drain as it stands at a part of its time, where copies take so much longer than was predicted, and preparations as well. */
function drainAt(
  guests: readonly DrainedGuest[],
  part: number,
  slower = 1,
  preparedSlower = 1,
): { endsAt: number; predicted: number } {
  const real = guests.map((guest) => ({
    ...guest,
    beforeMs: guest.beforeMs * preparedSlower,
    copyMs: { low: 0, likely: (guest.copyMs?.likely ?? 0) * slower, high: 1e6 },
  }))
  const { moves } = timetable(real, limits)
  const endsAt = Math.max(...moves.map(({ endMs }) => endMs.likely))
  const now = endsAt * part
  const stageOf = (uuid: string): GuestStage => {
    const move = moves.find((each) => each.uuid === uuid)
    const [startedAt, at] = [move?.startMs.likely ?? 0, move?.endMs.likely ?? 0]
    const copiedFrom = startedAt + (real.find((guest) => guest.uuid === uuid)?.beforeMs ?? 0)
    if (at <= now) return { kind: 'moved', at, startedAt, copiedFrom }
    if (startedAt > now) return { kind: 'waiting', notBefore: 0 }
    const moving = { kind: 'moving', migration: uuid, since: startedAt, cold: false } as const
    return copiedFrom <= now ? { ...moving, copiedFrom } : moving
  }
  const state = drainOf(
    guests.map((guest) => ({ ...guest, stage: stageOf(guest.uuid) })),
    { limits },
  )
  return { endsAt, predicted: drainProgress(state, now).endsAt?.likely ?? NaN }
}

const guestsOf = (all: readonly { seconds: number; to: string; alone: boolean }[]): DrainedGuest[] =>
  all.map(({ seconds, to, alone }, index) => {
    const copyMs = { low: seconds * 500, likely: seconds * 1000, high: seconds * 3000 }
    return drained(`g${index}`, { to, alone, copyMs })
  })

test('the end of a drain that goes as predicted is predicted the same at every moment', () => {
  fc.assert(
    fc.property(anyGuests, fc.double({ min: 0, max: 0.95, noNaN: true }), (all, part) => {
      const { endsAt, predicted } = drainAt(guestsOf(all), part)
      expect(Math.abs(predicted - endsAt) / endsAt).toBeLessThan(0.02)
    }),
    { numRuns: 100 },
  )
})

const alone = { perSource: 1, perDestination: 1, fleet: 1 }
const end = (guests: readonly DrainedGuest[], closesAt: number, now = 0) =>
  drainProgress(drainOf(guests, { window: { opensAt: 10_000, closesAt }, limits: alone }), now).endsAt

test('guests for whom no time is left in the window are not waited for: it likely ends by the close', () => {
  const [one, two, long] = ['one', 'two', 'long'].map((uuid) => drained(uuid))
  if (one === undefined || two === undefined || long === undefined) throw new Error('there are three')
  const never = { ...long, copyMs: { low: 300_000, likely: 600_000, high: 900_000 } }
  const unknown = drained('unknown', { copyMs: null })
  // 5 s each, and what is before and after that.
  expect(end([one], 60_000)?.likely).toBe(15_800)
  expect(end([one, never, unknown], 60_000)).toEqual(end([one], 60_000))
  expect(end([one, two], 18_000)).toMatchObject({ likely: 18_000, high: 19_000 })
})

test('what is on its way as its window closes is late by what it is late', () => {
  const moving = { kind: 'moving', migration: 'm1', since: 10_000, cold: false, copiedFrom: 10_500 } as const
  const under = drained('under', { stage: moving })
  expect(end([under, drained('waits')], 13_000, 12_500)?.likely).toBe(15_800)
})

test('where guests take longer than predicted, that is learned from those that landed, and not from what they shared', () => {
  const guests = guestsOf(
    Array.from({ length: 12 }, (_, index) => ({ seconds: 10, to: `host${2 + (index % 3)}`, alone: false })),
  )
  const errors = [0, 0.5, 0.8].map((part) => {
    const { endsAt, predicted } = drainAt(guests, part, 1.5)
    return Math.abs(predicted - endsAt) / endsAt
  })
  expect(errors[0]).toBeGreaterThan(0.25)
  expect(errors[1]).toBeLessThan(0.07)
  expect(errors[2]).toBeLessThan(0.04)
})

test('where preparations take longer than predicted, that is learned from those that began, and not taken for slower copies', () => {
  const guests = guestsOf(Array.from({ length: 12 }, () => ({ seconds: 1, to: 'host2', alone: true })))
  const errors = [0, 0.3, 0.6].map((part) => {
    const { endsAt, predicted } = drainAt(guests, part, 1, 6)
    return Math.abs(predicted - endsAt) / endsAt
  })
  expect(errors[0]).toBeGreaterThan(0.25)
  expect(errors[1]).toBeLessThan(0.1)
  expect(errors[2]).toBeLessThan(0.1)
})
