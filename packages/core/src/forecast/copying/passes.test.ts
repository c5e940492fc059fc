import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { factsAbout, labLink, uniformWriter } from '../../testing/lab-guests.ts'
import { simulateScript } from '../../simulator/simulate.ts'
import { runPasses } from './passes.ts'
import { scenarios, thresholdBytes } from './scenario.ts'

const MB = 1e6

const uniform = (setBytes: number, bytesPerSecond: number) => (tMs: number) =>
  setBytes * -Math.expm1((0 - bytesPerSecond * tMs) / 1000 / setBytes)

test('a pass ends where the threshold is queued, and what is written of that counts once', () => {
  const { left, ends, copyMs } = runPasses(
    { queuedBytes: 85 * MB, link: 59 * MB, distinct: uniform(100 * MB, 70 * MB), stopBytes: 41 * MB },
    { isRewritten: true },
  )
  expect(left.map((bytes) => Math.round((bytes - 41 * MB) / MB))).toEqual([24, 15, 9, 6, 4, 3])
  expect(ends).toBe(true)
  expect(copyMs).toBeGreaterThan(2300)
  expect(copyMs).toBeLessThan(2700)
})

test.each([0.5, 0.8, 0.9, 0.95, 1])('a guest at %s × the link takes as long as with QEMU, within 5 %%', (share) => {
  const guest = { ...uniformWriter(600, share * 91), liveCost: 0 }
  const facts = factsAbout(guest)
  const run = simulateScript({ guest, link: { bytesPerSecond: labLink }, facts, mostMs: 120_000 }, {})
  const { likely } = scenarios(facts)
  const { firstPassBytes, link } = likely
  const distinct = uniform(guest.writes[0]?.bytes ?? 0, guest.writes[0]?.bytesPerSecond ?? 0)
  const passes = runPasses({
    queuedBytes: firstPassBytes,
    link,
    distinct,
    stopBytes: thresholdBytes(likely, facts.defaultDowntimeLimitMs),
  })
  const totalMs = likely.prepareMs + passes.copyMs + likely.switchoverMs + likely.teardownMs
  expect(passes.ends).toBe(true)
  expect(run.outcome).toBe('completed')
  expect(Math.abs(totalMs / run.totalTimeMs - 1)).toBeLessThan(0.05)
})

test('a guest that writes faster than the link carries at the threshold never ends', () => {
  const ahead = { queuedBytes: 300 * MB, link: 35 * MB, distinct: uniform(100 * MB, 70 * MB) }
  expect(runPasses({ ...ahead, stopBytes: 10 * MB }).ends).toBe(false)
})

const figure = fc.integer({ min: 1, max: 300 })
const threshold = fc.integer({ min: 1, max: 60 })
/** Passes of a guest that writes a set of so many MB at so many MB/s, over a link and under a threshold of as many. */
const passes = (set: number, rate: number, link: number, stop: number) =>
  runPasses({
    queuedBytes: 400 * MB,
    link: link * MB,
    distinct: uniform(set * MB, rate * MB),
    stopBytes: stop * MB,
  })

test('a faster link ends no later', () => {
  fc.assert(
    fc.property(figure, figure, figure, threshold, (set, rate, link, stop) => {
      const [slower, faster] = [passes(set, rate, link, stop), passes(set, rate, link * 1.5, stop)]
      fc.pre(slower.ends)
      expect(faster.ends).toBe(true)
      expect(faster.copyMs).toBeLessThanOrEqual(slower.copyMs)
    }),
  )
})

test('an excess that shrinks slowly beside a large threshold ends', () => {
  expect(passes(123, 1, 1, 14).ends).toBe(true)
})

test('what would end by whole passes ends so, too', () => {
  fc.assert(
    fc.property(figure, figure, figure, threshold, (set, rate, link, stop) => {
      // Closer to it passes shrink so slowly that more may be needed than are followed (mostPasses).
      fc.pre(uniform(set, rate)((stop / link) * 1000) < stop * 0.95)
      expect(passes(set, rate, link, stop).ends).toBe(true)
    }),
  )
})
