import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { simulate } from '../simulator/simulate.ts'
import { anyGuest, anyIntent, anyRun, steadyGuest } from '../testing/arbitraries.ts'
import { defaultIntent } from '../intent.ts'

/** A fixed seed: how far an estimate strays beyond what was seen of it is a matter of chance. */
const runs = { numRuns: 150, seed: 92 }
const simulatedMinutes = 60_000

describe('steering, over simulated migrations', () => {
  test('property: no limit and no switchover exceeds the pause limit, however the estimate of the link strays', () => {
    fc.assert(
      fc.property(anyIntent, anyRun(anyGuest), (intent, options) => {
        const run = simulate(intent, options)
        const limits = run.acts.flatMap(({ act }) => (act.kind === 'set-downtime-limit' ? [act.downtimeMs] : []))
        expect(Math.max(0, ...limits)).toBeLessThanOrEqual(intent.maxPauseMs)
        // QEMU cannot switch over within less than δ: a smaller limit only keeps the rest at nothing.
        const least = options.facts.overheads.switchoverMs + 10
        expect(run.downtimeMs).toBeLessThanOrEqual(Math.max(intent.maxPauseMs * 1.02, least))
      }),
      runs,
    )
  })

  test('property: progress stays between 0 and 1, never runs backwards, and is 1 only at the end', () => {
    fc.assert(
      fc.property(anyIntent, anyRun(anyGuest), (intent, options) => {
        const run = simulate(intent, options)
        let before = 0
        for (const { progress } of run.outlooks) {
          expect(progress).toBeGreaterThanOrEqual(before)
          expect(progress).toBeLessThanOrEqual(1)
          before = progress
        }
        const landed = run.outcome === 'completed' && run.outlooks.length > 0
        expect(before === 1).toBe(landed)
      }),
      runs,
    )
  })

  test('property: every migration ends in a stated way within an hour', () => {
    fc.assert(
      fc.property(anyIntent, anyRun(anyGuest), (intent, options) => {
        const run = simulate(intent, { ...options, mostMs: 60 * simulatedMinutes })
        expect(run.outcome).not.toBe('unfinished')
        expect(run.acts.at(-1)?.act.kind === 'abort').toBe(run.outcome === 'aborted')
      }),
      runs,
    )
  })

  test('property: whenever its driver dies and however late another comes, it ends in a stated way within the limits', () => {
    const gap = fc.record({
      fromMs: fc.integer({ max: 40_000, min: 0 }),
      lastsMs: fc.integer({ min: 100, max: 60_000 }),
    })
    fc.assert(
      fc.property(anyIntent, anyRun(anyGuest), gap, (intent, options, { fromMs, lastsMs }) => {
        const unwatched = { fromMs, toMs: fromMs + lastsMs }
        const run = simulate(intent, { ...options, unwatched, mostMs: 60 * simulatedMinutes })
        expect(run.outcome).not.toBe('unfinished')
        const limits = run.acts.flatMap(({ act }) => (act.kind === 'set-downtime-limit' ? [act.downtimeMs] : []))
        expect(Math.max(0, ...limits)).toBeLessThanOrEqual(intent.maxPauseMs)
        const least = options.facts.overheads.switchoverMs + 10
        expect(run.downtimeMs).toBeLessThanOrEqual(Math.max(intent.maxPauseMs * 1.02, least))
      }),
      runs,
    )
  })

  test('property: what was planned as certain is not aborted for a steady guest', () => {
    fc.assert(
      fc.property(anyRun(steadyGuest), (options) => {
        const run = simulate(defaultIntent, options)
        if (run.plan?.verdict === 'refuse' || run.plan?.reason.code === 'decide-from-passes') return
        expect(run.outcome).toBe('completed')
      }),
      runs,
    )
  })

  test('property: a seed gives the same migration again', () => {
    fc.assert(
      fc.property(anyRun(anyGuest), (options) => {
        const [one, other] = [simulate(defaultIntent, options), simulate(defaultIntent, options)]
        expect(one).toEqual(other)
      }),
      { numRuns: 10 },
    )
  })
})
