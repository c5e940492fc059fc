import { expect, test } from 'vitest'
import { defaultIntent } from '../../intent.ts'
import type { GuestModel } from '../../simulator/guest.ts'
import { simulate } from '../../simulator/simulate.ts'
import { factsAbout, fastWriter, labLink, uniformWriter } from '../../testing/lab-guests.ts'
import { GiB, MiB } from '../../units.ts'

/** Its first pass takes 45 s, in which it writes far more than any window of 4 s can show. */
const wanderer: GuestModel = {
  ...fastWriter,
  memoryBytes: 4 * GiB,
  nonZeroBytes: 4 * GiB,
  writes: [
    { bytes: 200 * MiB, bytesPerSecond: 2 * GiB, pattern: 'uniform' },
    { bytes: 2.8 * GiB, bytesPerSecond: 60 * MiB, pattern: 'uniform' },
  ],
}

test.each([
  ['rewrites a little fast and a large set slowly', wanderer],
  ['rewrites its set at once', fastWriter],
  ['writes twice as fast as the link carries', uniformWriter(600, 182)],
])('the time that is told in pass 1 of a guest that %s contains what it then takes', (_name, guest) => {
  const { outcome, outlooks, samples, totalTimeMs, plan } = simulate(defaultIntent, {
    guest,
    link: { bytesPerSecond: labLink },
    facts: factsAbout(guest),
  })
  expect(outcome).toBe('completed')
  expect(plan?.strategy).toBe('post-copy')
  const told = outlooks.flatMap(({ etaMs }, at) => {
    const { pass = 0, elapsedMs = 0 } = samples[at] ?? {}
    return pass === 1 && etaMs !== null ? [{ etaMs, leftMs: totalTimeMs - elapsedMs }] : []
  })
  expect(told.length).toBeGreaterThan(10)
  for (const { etaMs, leftMs } of told) {
    expect(etaMs.low).toBeLessThanOrEqual(leftMs)
    expect(etaMs.high).toBeGreaterThanOrEqual(leftMs)
  }
})
