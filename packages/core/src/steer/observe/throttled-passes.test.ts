import { expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { factsAbout, fastWriter, labLink } from '../../testing/lab-guests.ts'
import { MiB } from '../../units.ts'
import type { Sample } from './sample.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'

const intent: Intent = { maxPauseMs: 500, maxSlowdownPercent: 99, postCopy: 'never', fallback: 'none' }
const facts = factsAbout(fastWriter)

/** What each pass left, in MiB, under a throttle that is on from the third pass; the acts that came of it. */
function actsAfter(leftMiB: readonly number[]): string[] {
  const launch = { ...plan(intent, facts).launch, autoConverge: { initialPercent: 98, incrementPercent: 1 } }
  let state = initialState({ ...plan(intent, facts), strategy: 'throttle', launch }, intent, facts, 0)
  let now = 1000
  let sent = 0
  const acts: string[] = []
  const look = (part: Partial<Sample>): void => {
    const throttlePercent = (part.pass ?? 1) >= 3 ? 98 : 0
    const steering = steer(state, { ...blank, throttlePercent, elapsedMs: now, bytesSent: sent, ...part }, now)
    state = steering.state
    acts.push(...steering.acts.map(({ kind }) => kind))
  }
  look({ pass: 1, passStarted: true, remainingBytes: 1024 * MiB })
  let sending = 1024
  for (const [index, left] of leftMiB.entries()) {
    now += (sending * MiB * 1000) / labLink - 100
    sent += sending * MiB
    look({ pass: index + 1, remainingBytes: 10 * MiB })
    now += 100
    look({ pass: index + 2, passStarted: true, remainingBytes: left * MiB })
    sending = left
  }
  return acts
}

const blank: Sample = {
  pass: 1,
  passStarted: false,
  remainingBytes: 0,
  bytesSent: 0,
  bandwidthBytesPerSecond: labLink,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 0,
}

test('passes that shrink under a throttle are waited for, although the guest ran free once', () => {
  expect(actsAfter([600, 600, 310, 190, 115, 62, 315, 172, 90])).not.toContain('abort')
})

test('passes that stand under it are not', () => {
  const standing = [600, 600, ...Array.from({ length: 12 }, () => 400)]
  expect(actsAfter(standing).at(-1)).toBe('abort')
})

test('QEMU gets the highest limit that keeps the pause as soon as the throttle is on', () => {
  expect(actsAfter([600])).toEqual(['set-throttle'])
  expect(actsAfter([600, 600])).toEqual(['set-throttle', 'set-downtime-limit'])
})

test('a rest that fits the pause is taken at once, for a slowed guest loses no less by waiting', () => {
  const before = [600, 600, 310, 190, 115, 62]
  const more = actsAfter([...before, 35]).slice(actsAfter(before).length)
  expect(more).toEqual(['set-downtime-limit'])
})
