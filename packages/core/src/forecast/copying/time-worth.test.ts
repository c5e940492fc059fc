import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../../intent.ts'
import type { GuestModel } from '../../simulator/guest.ts'
import type { SimulatedRun } from '../../simulator/simulate.ts'
import { simulate } from '../../simulator/simulate.ts'
import { factsAbout, labLink, uniformWriter } from '../../testing/lab-guests.ts'
import { MiB } from '../../units.ts'
import { boundariesWorthWaiting, burstsWorthWaiting, notWorthTheWait, shareWorthWaiting } from './time-worth.ts'

/** Writes 200 MiB at four times the link's rate for 20 s, then nothing for as long; a probe saw both. */
const inBursts: GuestModel = {
  ...uniformWriter(200, 360),
  phases: [
    { lastsMs: 20_000, speed: 1 },
    { lastsMs: 20_000, speed: 0 },
  ],
}
const dirtyWindows = [83, 0].map((mib) => ({ windowMs: 300, dirtyBytes: mib * MiB, kind: 'page-sampling' as const }))

const moved = (guest: GuestModel, timeWorth: number | null, seen = factsAbout(guest).dirtyWindows): SimulatedRun =>
  simulate(timeWorth === null ? defaultIntent : { ...defaultIntent, timeWorth }, {
    guest,
    link: { bytesPerSecond: labLink },
    facts: { ...factsAbout(guest), dirtyWindows: seen },
  })

describe('what a second of the migration is worth', () => {
  test('a guest in bursts is waited for where time is cheap, and loses next to nothing; switched at once where it is dear', () => {
    const [patient, usual, hurried] = [0.1, null, 2].map((worth) => moved(inBursts, worth, dirtyWindows))
    expect(patient?.acts.map(({ act }) => act.kind)).not.toContain('start-post-copy')
    expect(patient?.lostWorkSeconds).toBeLessThan((usual?.lostWorkSeconds ?? 0) / 2)
    expect(patient?.totalTimeMs).toBeGreaterThan(usual?.totalTimeMs ?? Infinity)
    const [switched] = hurried?.acts ?? []
    expect(switched?.act).toMatchObject({ kind: 'start-post-copy', numbers: { pass: 3 } })
    expect(hurried?.totalTimeMs).toBeLessThan(usual?.totalTimeMs ?? 0)
  })

  test('0.4 is what holds where nobody says anything', () => {
    for (const guest of [inBursts, uniformWriter(600, 130, 'kvm')]) {
      const [said, unsaid] = [moved(guest, 0.4), moved(guest, null)]
      expect(said.acts).toEqual(unsaid.acts)
      expect(said.totalTimeMs).toBe(unsaid.totalTimeMs)
    }
  })

  test('inside a pass the guest is stopped the sooner, the more a second is worth', () => {
    const stopsAt = [0.05, 0.4, 2].map((worth) => moved(uniformWriter(600, 130, 'kvm'), worth).acts.at(0)?.atMs ?? 0)
    expect(stopsAt).toEqual(stopsAt.toSorted((a, b) => b - a))
    expect(new Set(stopsAt).size).toBeGreaterThan(1)
  })

  test('whatever it is, a guest within the intent lands, and within its pause limit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer({ min: 20, max: 600 }),
        fc.integer({ min: 1, max: 900 }),
        (worth, setMiB, speedMiB) => {
          const run = moved(uniformWriter(setMiB, speedMiB), worth)
          expect(run.outcome).toBe('completed')
          expect(run.downtimeMs).toBeLessThanOrEqual(defaultIntent.maxPauseMs)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('more worth never means more waiting', () => {
    const worth = fc.double({ min: 0.01, max: 100, noNaN: true })
    fc.assert(
      fc.property(worth, worth, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)]
        expect(shareWorthWaiting(more)).toBeLessThanOrEqual(shareWorthWaiting(less))
        expect(boundariesWorthWaiting(more)).toBeLessThanOrEqual(boundariesWorthWaiting(less))
        expect(burstsWorthWaiting(more)).toBeLessThanOrEqual(burstsWorthWaiting(less))
        expect(notWorthTheWait(1000, 50, less) && !notWorthTheWait(1000, 50, more)).toBe(false)
      }),
    )
  })

  test('at the default: half, five boundaries, three bursts, ten seconds for one of standstill', () => {
    expect([shareWorthWaiting(0.4), boundariesWorthWaiting(0.4), burstsWorthWaiting(0.4)]).toEqual([0.5, 5, 3])
    expect([notWorthTheWait(9_900, 1000, 0.4), notWorthTheWait(10_100, 1000, 0.4)]).toEqual([false, true])
  })
})
