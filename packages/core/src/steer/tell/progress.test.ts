import { expect, test } from 'vitest'
import { defaultIntent } from '../../intent.ts'
import type { GuestModel, GuestPhase } from '../../simulator/guest.ts'
import { simulate } from '../../simulator/simulate.ts'
import { factsAbout, fastWriter, labLink, quietWriter, uniformWriter } from '../../testing/lab-guests.ts'
import { MiB } from '../../units.ts'

const bursts = (restMs: number, burstMs: number, startsAtRest = true): GuestModel => {
  const rest: GuestPhase = { lastsMs: restMs, speed: 0 }
  const burst: GuestPhase = { lastsMs: burstMs, speed: 1 }
  return { ...uniformWriter(600, 2000, 'kvm'), phases: startsAtRest ? [rest, burst] : [burst, rest] }
}

/** What a probe sees of a guest that rests. */
const probedAtRest = { ...uniformWriter(1, 1, 'kvm') }

const run = (guest: GuestModel, probed: GuestModel = guest) =>
  simulate(defaultIntent, {
    guest,
    link: { bytesPerSecond: labLink },
    facts: factsAbout({ ...probed, memoryBytes: guest.memoryBytes }),
  })

test.each([
  ['rests for 7 s and writes for 3', bursts(7000, 3000)],
  ['rests for 20 s and writes for 5', bursts(20_000, 5000)],
  ['writes for 3 s and rests for 7', bursts(7000, 3000, false)],
  ['rests for 10 s and writes for 2', bursts(10_000, 2000)],
])('a guest that %s, and was probed at rest: the bar never stands near its end', (_name, guest) => {
  const { outcome, outlooks, samples } = run(guest, probedAtRest)
  expect(outcome).toBe('completed')
  const shown = outlooks.map(({ progress }, index) => ({ percent: Math.floor(progress * 100), sample: samples[index] }))
  let stoodSince = 0
  let longestMs = 0
  for (const [index, { percent, sample }] of shown.entries()) {
    if (sample === undefined || index === 0 || percent !== shown[index - 1]?.percent)
      stoodSince = sample?.elapsedMs ?? 0
    if (percent >= 90 && percent < 100) longestMs = Math.max(longestMs, (sample?.elapsedMs ?? 0) - stoodSince)
  }
  expect(shown.some(({ percent }) => percent === 99)).toBe(false)
  expect(longestMs).toBeLessThanOrEqual(2000)
})

test.each([
  ['a quiet guest', quietWriter],
  ['a fast one', fastWriter],
  ['one at half the speed of the link', uniformWriter(600, 0.5 * 91, 'kvm')],
])('%s that does as was predicted: the bar goes with its bytes', (_name, guest) => {
  const { outlooks, samples, bytesSent } = run(guest)
  const apart = outlooks.map(({ progress }, index) =>
    progress === 1 ? 0 : Math.abs(progress - (samples[index]?.bytesSent ?? 0) / bytesSent),
  )
  expect(Math.max(...apart)).toBeLessThan(0.25)
  expect(bytesSent).toBeGreaterThan(500 * MiB)
})
