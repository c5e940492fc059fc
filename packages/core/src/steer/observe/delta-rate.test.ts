import { expect, test } from 'vitest'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { activeSample } from '../../testing/active-sample.ts'
import { factsAbout, uniformWriter } from '../../testing/lab-guests.ts'
import { MiB } from '../../units.ts'
import { rateOfDeltas, rateWithin } from './delta-rate.ts'
import type { Sample } from './sample.ts'
import type { SteerState } from '../state.ts'
import { stateWith } from '../../testing/steer-state.ts'
import { initialState } from '../state.ts'

const intent = { ...defaultIntent, stream: { compression: 'xbzrle' } } as const
const facts = {
  ...factsAbout(uniformWriter(100, 20_000)),
  content: {
    sampledPages: 8000,
    zeroShare: { low: 0, likely: 0, high: 0.01 },
    zstdRatio: null,
    deltas: { changedPages: 900, share: { low: 0.08, likely: 0.1, high: 0.12 } },
  },
}

/** Pass 3 began at 20 s with 100 MiB to go. */
const inPass3: SteerState = stateWith(initialState(plan(intent, facts), intent, facts, 0), {
  passes: { latest: 3, boundaries: [{ pass: 2, at: 20_000, leftBytes: 100 * MiB }] },
  last: { at: 20_000, remainingBytes: 100 * MiB, duty: 1 },
})

const look = (leftMiB: number, pass = 3): Sample =>
  activeSample({
    pass,
    passStarted: false,
    remainingBytes: leftMiB * MiB,
    bytesSent: 1000 * MiB,
    elapsedMs: 20_000,
  })

test('what a pass has carried is known once two fifths of it have gone', () => {
  expect(rateWithin(inPass3, look(90), 20_100)).toBeNull()
  expect(rateWithin(inPass3, look(50), 20_200)).toBe(250 * MiB)
})

test('a start that waits for the socket does not count, where one look and the next show the rate', () => {
  const waited = { ...inPass3, last: { at: 20_150, remainingBytes: 99 * MiB, duty: 1 } }
  expect(rateWithin(waited, look(77), 20_200)).toBe(440 * MiB)
  // No more than the link carries of what the sample predicted: 91 MiB/s at a tenth of each page.
  const slower = { ...waited, last: { at: 20_170, remainingBytes: 99 * MiB, duty: 1 } }
  expect(rateWithin(slower, look(62), 20_200)).toBeCloseTo(910 * MiB, -6)
  expect(rateWithin(waited, look(77), 20_160)).toBeNull()
})

test('a pass that is over is known at least by its length, less what QEMU leaves to the next', () => {
  const rate = rateOfDeltas(inPass3, 20_400)
  // Two times 300 ms of the link, 91 MiB/s, may have been left.
  expect(rate?.bytesPerSecond).toBeCloseTo(((100 - 2 * 0.3 * 91) / 0.4) * MiB, -6)
  expect(rate).not.toHaveProperty('leastBytesPerSecond')
})

test('what QEMU leaves to the next pass is not known once it was told a rate: then only looks tell', () => {
  const tried = stateWith(inPass3, { switchover: { tried: 1 } })
  expect(rateOfDeltas(tried, 20_400)).toBeNull()
  const looked = { ...tried, last: { at: 20_200, remainingBytes: 50 * MiB, duty: 1 } }
  expect(rateOfDeltas(looked, 20_400)).toEqual({ bytesPerSecond: 250 * MiB })
})

test('of a short pass that tells little, what one before it carried is expected on, and not counted on', () => {
  const known = stateWith(inPass3, { deltas: { bytesPerSecond: 400 * MiB } })
  const { bytesPerSecond, leastBytesPerSecond } = rateOfDeltas(known, 20_400) ?? {}
  expect(bytesPerSecond).toBe(400 * MiB)
  expect(leastBytesPerSecond).toBeCloseTo(((100 - 2 * 0.3 * 91) / 0.4) * MiB, -6)
})

test('passes of whole pages say nothing of deltas', () => {
  const inPass2 = stateWith(inPass3, { passes: { latest: 2 } })
  expect(rateWithin(inPass2, look(10, 2), 20_500)).toBeNull()
  expect(rateOfDeltas(inPass2, 20_500)).toBeNull()
})

test('a pass of which nobody saw the start tells nothing: what it carried since an earlier one is no rate', () => {
  const takenOver = stateWith(inPass3, { passes: { latest: 40 }, last: null })
  expect(rateWithin(takenOver, look(40, 40), 32_000)).toBeNull()
  expect(
    rateOfDeltas(stateWith(takenOver, { last: { at: 32_000, remainingBytes: 40 * MiB, duty: 1 } }), 32_100),
  ).toBeNull()
})
