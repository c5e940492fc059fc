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

/** The drain as it stands at a part of its time, where copies take so much longer than was foretold, and preparations as well. */
function drainAt(
  guests: readonly DrainedGuest[],
  part: number,
  slower = 1,
  preparedSlower = 1,
): { endsAt: number; foretold: number } {
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
  return { endsAt, foretold: drainProgress(state, now).endsAt?.likely ?? NaN }
}

const guestsOf = (all: readonly { seconds: number; to: string; alone: boolean }[]): DrainedGuest[] =>
  all.map(({ seconds, to, alone }, index) => {
    const copyMs = { low: seconds * 500, likely: seconds * 1000, high: seconds * 3000 }
    return drained(`g${index}`, { to, alone, copyMs })
  })

test('the end of a drain that goes as foretold is foretold the same at every moment', () => {
  fc.assert(
    fc.property(anyGuests, fc.double({ min: 0, max: 0.95, noNaN: true }), (all, part) => {
      const { endsAt, foretold } = drainAt(guestsOf(all), part)
      expect(Math.abs(foretold - endsAt) / endsAt).toBeLessThan(0.02)
    }),
    { numRuns: 100 },
  )
})

test('where guests take longer than foretold, that is learned from those that landed, and not from what they shared', () => {
  const guests = guestsOf(
    Array.from({ length: 12 }, (_, index) => ({ seconds: 10, to: `host${2 + (index % 3)}`, alone: false })),
  )
  const errors = [0, 0.5, 0.8].map((part) => {
    const { endsAt, foretold } = drainAt(guests, part, 1.5)
    return Math.abs(foretold - endsAt) / endsAt
  })
  expect(errors[0]).toBeGreaterThan(0.25)
  expect(errors[1]).toBeLessThan(0.07)
  expect(errors[2]).toBeLessThan(0.04)
})

test('where preparations take longer than foretold, that is learned from those that began, and not taken for slower copies', () => {
  const guests = guestsOf(Array.from({ length: 12 }, () => ({ seconds: 1, to: 'host2', alone: true })))
  const errors = [0, 0.3, 0.6].map((part) => {
    const { endsAt, foretold } = drainAt(guests, part, 1, 6)
    return Math.abs(foretold - endsAt) / endsAt
  })
  expect(errors[0]).toBeGreaterThan(0.25)
  expect(errors[1]).toBeLessThan(0.1)
  expect(errors[2]).toBeLessThan(0.1)
})
