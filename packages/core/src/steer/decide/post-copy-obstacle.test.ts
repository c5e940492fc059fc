import { describe, expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { plan } from '../../plan/plan.ts'
import { activeSample } from '../../testing/active-sample.ts'
import { labFacts } from '../../testing/lab-facts.ts'
import { MiB } from '../../units.ts'
import type { LinkEstimate } from '../observe/link-estimate.ts'
import { noLinkEstimate, observeLink } from '../observe/link-estimate.ts'
import { obstacleAtOnce, postCopyObstacle } from './post-copy-obstacle.ts'
import { situationOf } from '../observe/situation.ts'
import type { SteerState } from '../state.ts'
import { initialState } from '../state.ts'
import { steer } from '../steer.ts'

const sample = activeSample({
  passStarted: true,
  remainingBytes: 600 * MiB,
  bytesSent: 1024 * MiB,
  bandwidthBytesPerSecond: 91 * MiB,
  elapsedMs: 12_000,
})

/** Ten seconds over a link whose rate at each second is given in MiB/s. */
function linkOf(rateAt: (second: number) => number): LinkEstimate {
  let [link, sent, left] = [noLinkEstimate, 0, 2000]
  for (let tick = 0; tick <= 40; tick++) {
    const bytes = rateAt(tick / 4) / 4
    link = observeLink(link, { ...sample, bytesSent: sent * MiB, remainingBytes: left * MiB }, tick * 250)
    sent += bytes
    left -= bytes
  }
  return link
}

const stateOver = (rateAt: (second: number) => number, change: Partial<SteerState> = {}): SteerState => ({
  ...initialState(plan(defaultIntent, labFacts), defaultIntent, labFacts, 0),
  link: linkOf(rateAt),
  ...change,
})
const begun = (intent: Intent): SteerState => initialState(plan(intent, labFacts), intent, labFacts, 0)
const obstacle = (state: SteerState): string | null => postCopyObstacle(state, situationOf(state, sample, 12_000))

describe('before a guest is made to depend on both hosts', () => {
  test('nothing speaks against a steady link', () => {
    expect(obstacle(stateOver(() => 91))).toBeNull()
    expect(obstacle(stateOver((s) => (Math.floor(s) % 2 === 0 ? 88 : 94)))).toBeNull()
  })

  test('a link that has just dropped does', () => {
    expect(obstacle(stateOver((s) => (s < 7 ? 91 : 30)))).toMatch(/carries \d+ % of what it did/)
  })

  test('so does one that comes and goes', () => {
    expect(obstacle(stateOver((s) => (s % 6 < 3 ? 91 : 20)))).toMatch(/unsteady|of what it did/)
  })

  test('and a deadline that what follows would not keep', () => {
    const late = stateOver(() => 91, { intent: { ...defaultIntent, deadlineMs: 15_000 } })
    expect(obstacle(late)).toMatch(/the deadline leaves 3 s/)
  })

  test('and says by how much where it is hardly more', () => {
    // 600 MiB, and a tenth more, take 7253 ms.
    const late = stateOver(() => 91, { intent: { ...defaultIntent, deadlineMs: 19_251 } })
    expect(obstacle(late)).toBe('its memory would follow for 7253 ms, the deadline leaves 7251 ms')
  })

  test('a link that was hardly seen yet is not judged', () => {
    expect(obstacle(stateOver(() => 91, { link: noLinkEstimate }))).toBeNull()
  })

  test('and a pause limit that the switch alone would break', () => {
    const short = stateOver(() => 91, { intent: { ...defaultIntent, maxPauseMs: 20 } })
    expect(obstacle(short)).toMatch(/the switch alone stops the guest for \d+ ms, where 20 ms is allowed/)
  })
})

describe('post-copy at once, as asked', () => {
  const atOnce = { ...defaultIntent, postCopy: 'at-once' } as const
  const first = activeSample({ pass: 1, bytesSent: 0, remainingBytes: 1024 * MiB, elapsedMs: 0 })
  const why = (state: SteerState): string | null => obstacleAtOnce(state, first, situationOf(state, first, 0))

  test('is begun over a link that varies, and where its deadline is kept', () => {
    expect(why({ ...begun(atOnce), link: linkOf((s) => (s % 6 < 3 ? 91 : 20)) })).toBeNull()
    expect(why(begun({ ...atOnce, deadlineMs: 15_000 }))).toBeNull()
  })

  test('is not begun where what follows would break the deadline', () => {
    const state = { ...begun(atOnce), intent: { ...atOnce, deadlineMs: 8000 } }
    expect(why(state)).toMatch(/would follow for 11.\d s, the deadline leaves 8 s/)
    expect(steer(state, first, 0).acts.map(({ kind }) => kind)).not.toContain('start-post-copy')
  })

  test('zero pages that pass 1 has still to go over cost it nothing', () => {
    const mostlyZero = { ...labFacts, likelyNonZeroBytes: 300 * MiB, dirtyWindows: [] }
    const intent = { ...atOnce, deadlineMs: 8000 }
    expect(why(initialState(plan(intent, mostlyZero), intent, mostlyZero, 0))).toBeNull()
  })
})
