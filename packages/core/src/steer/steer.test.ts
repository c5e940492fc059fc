import { describe, expect, test } from 'vitest'
import type { Facts } from '../facts.ts'
import type { Intent } from '../intent.ts'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import { labFacts, quietFacts } from '../testing/lab-facts.ts'
import { factsAbout, uniformWriter } from '../testing/lab-guests.ts'
import { MiB } from '../units.ts'
import { afterFailure } from './decide/failed-act.ts'
import type { Sample } from './observe/sample.ts'
import type { Act, Steering, SteerState } from './state.ts'
import { initialState } from './state.ts'
import { steer } from './steer.ts'

const base: Sample = {
  pass: 1,
  passStarted: false,
  remainingBytes: 1024 * MiB,
  bytesSent: 0,
  bandwidthBytesPerSecond: 91 * MiB,
  dirtyPagesPerSecond: null,
  pageSizeBytes: 4096,
  throttlePercent: 0,
  phase: 'active',
  elapsedMs: 0,
}

/** A job as the server would see it: passes over a link of 91 MiB/s, a sample every 100 ms. */
class Job {
  state: SteerState
  now = 0
  sent = 0
  pass = 1
  throttlePercent = 0
  last: Steering | null = null
  readonly acts: Act[] = []

  constructor(state: SteerState) {
    this.state = state
  }

  look(change: Partial<Sample>): Steering {
    this.now += 100
    const sample = {
      ...base,
      pass: this.pass,
      bytesSent: this.sent,
      throttlePercent: this.throttlePercent,
      elapsedMs: this.now,
      ...change,
    }
    this.last = steer(this.state, sample, this.now)
    // Another process may read the state at any time.
    this.state = JSON.parse(JSON.stringify(this.last.state)) as SteerState
    this.acts.push(...this.last.acts)
    return this.last
  }

  /** Drains from `fromMiB` to `toMiB` at the link's rate. */
  drain(fromMiB: number, toMiB: number): this {
    for (let left = fromMiB; left > toMiB; left -= 9.1) {
      this.look({ remainingBytes: left * MiB })
      this.sent += 9.1 * MiB
    }
    return this
  }

  /** QEMU syncs: the next pass starts with so much to send. */
  sync(leftMiB: number): Steering {
    this.pass += 1
    return this.look({ remainingBytes: leftMiB * MiB, passStarted: true })
  }
}

const start = (intent: Intent, facts: Facts): Job => new Job(initialState(plan(intent, facts), intent, facts, 0))
const kinds = (job: Job): string[] => job.acts.map(({ kind }) => kind)

/** Does that, and has each request for post-copy fail on the spot, as an API that does not answer makes it. */
function failingPostCopy(job: Job, act: () => unknown): void {
  const before = job.state
  const known = job.acts.length
  act()
  for (const failed of job.acts.slice(known))
    if (failed.kind === 'start-post-copy') job.state = afterFailure(job.state, before, failed, job.now)
}

/** It was measured at 1 MiB/s, and then rewrites 600 MiB in each of so many passes. */
function restedWhenMeasured(intent: Intent, passes: number): Job {
  const job = start(intent, factsAbout(uniformWriter(600, 1)))
  job.drain(1024, 20)
  for (let pass = 0; pass < passes; pass++) {
    job.sync(600)
    job.drain(600, 20)
  }
  return job
}

describe('steering', () => {
  test('switches to post-copy at the end of pass 1, not before', () => {
    const job = start(defaultIntent, labFacts).drain(1024, 20)
    expect(job.acts).toEqual([])
    const { acts, why } = job.sync(600)
    expect(acts).toMatchObject([{ kind: 'start-post-copy', numbers: { remainingBytes: 600 * MiB, maxPauseMs: 1000 } }])
    expect(why).toMatch(/600 MiB are left after pass 1/)
  })

  test('does not say that the guest stands still for what follows a switch to post-copy', () => {
    const job = start(defaultIntent, labFacts).drain(1024, 20)
    job.sync(600)
    const switching = job.look({ remainingBytes: 598 * MiB, phase: 'switchover' }).outlook.line
    expect(switching).toMatch(/^switching to post-copy: .*; 598 MiB follow at /)
    expect(switching).not.toContain('are sent at')
    expect(job.look({ remainingBytes: 590 * MiB, phase: 'post-copy' }).outlook.line).toMatch(/590 MiB follow/)
  })

  test('raises the limit at the end of pass 1 to a little more than what is left needs', () => {
    const job = start({ ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 }, labFacts).drain(1024, 20)
    const { acts } = job.sync(600)
    expect(acts).toMatchObject([{ kind: 'set-downtime-limit' }])
    const [act] = acts
    const limitMs = act?.kind === 'set-downtime-limit' ? act.downtimeMs : 0
    expect(limitMs).toBeGreaterThan((600 / 91) * 1000)
    expect(limitMs).toBeLessThan((600 / 91) * 1000 * 1.15)
  })

  test('touches nothing while a quiet guest converges', () => {
    const job = start(defaultIntent, quietFacts).drain(1024, 27)
    job.sync(150)
    job.drain(150, 27).sync(45)
    job.look({ remainingBytes: 20 * MiB, phase: 'switchover' })
    const { outlook, state } = job.look({ remainingBytes: 0, phase: 'completed' })
    expect(job.acts).toEqual([])
    expect(outlook).toMatchObject({ progress: 1, etaMs: null })
    expect(state.stage.name).toBe('ended')
  })

  test('does not stop a guest whose rest at the boundary would take longer than allowed', () => {
    const job = start({ ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 }, labFacts).drain(1024, 20)
    job.sync(950)
    expect(kinds(job)).not.toContain('set-downtime-limit')
  })

  test('asks for post-copy again only at a boundary, and not for ever', () => {
    const job = start(defaultIntent, labFacts).drain(1024, 20)
    job.sync(600)
    job.drain(600, 20)
    expect(kinds(job)).toEqual(['start-post-copy'])
    for (let pass = 0; pass < 12 && kinds(job).at(-1) !== 'abort'; pass++) {
      job.sync(600)
      if (kinds(job).at(-1) !== 'abort') job.drain(600, 20)
    }
    expect(kinds(job).filter((kind) => kind === 'start-post-copy')).toHaveLength(3)
    expect(kinds(job).at(-1)).toBe('abort')
    expect(job.acts.at(-1)?.why).toMatch(/is allowed; post-copy was asked for 3 times, and never began$/)
  })

  test('a request for post-copy that fails leaves the deadline in force within the pass', () => {
    const job = start({ ...defaultIntent, deadlineMs: 20_000 }, labFacts).drain(1024, 20)
    failingPostCopy(job, () => job.sync(600))
    while (job.now < 16_000) failingPostCopy(job, () => job.look({ remainingBytes: 590 * MiB }))
    expect(job.acts.at(-1)).toMatchObject({ kind: 'abort', reason: { code: 'deadline-cannot-be-met' } })
  })

  test('post-copy that never begins leaves the deadline in force, also where the stream stalls and no pass ends any more', () => {
    const job = start({ ...defaultIntent, deadlineMs: 60_000 }, labFacts).drain(1024, 20)
    job.sync(600)
    while (job.now < 90_000 && kinds(job).at(-1) !== 'abort') job.look({ remainingBytes: 590 * MiB })
    expect(kinds(job)).toEqual(['start-post-copy', 'abort'])
    expect(job.acts.at(-1)).toMatchObject({ reason: { code: 'deadline-cannot-be-met' } })
    expect(job.now).toBeLessThan(60_000)
  })

  test('while QEMU may be switching to post-copy it is not aborted, whatever the deadline', () => {
    const job = start({ ...defaultIntent, deadlineMs: 19_500 }, labFacts).drain(1024, 20)
    job.sync(600)
    const askedAt = job.now
    while (job.now < askedAt + 4900) job.look({ remainingBytes: 590 * MiB })
    expect(kinds(job)).toEqual(['start-post-copy'])
    job.look({ remainingBytes: 590 * MiB })
    expect(kinds(job)).toEqual(['start-post-copy', 'abort'])
  })

  test('a request for post-copy that fails is made again at a boundary, not sooner than one that shows no effect', () => {
    const job = start(defaultIntent, labFacts).drain(1024, 20)
    failingPostCopy(job, () => job.sync(600))
    // Its passes are short by now, and leave as much each time.
    for (let pass = 0; pass < 4; pass++) failingPostCopy(job, () => job.drain(300, 200).sync(300))
    expect(kinds(job)).toEqual(['start-post-copy'])
    for (let pass = 0; pass < 4; pass++) failingPostCopy(job, () => job.drain(300, 200).sync(300))
    expect(kinds(job)).toEqual(['start-post-copy', 'start-post-copy'])
  })

  test('post-copy at once starts with the first pass', () => {
    const job = start({ ...defaultIntent, postCopy: 'at-once' }, labFacts)
    job.look({ pass: 0, remainingBytes: 0, phase: 'preparing' })
    expect(job.acts).toEqual([])
    job.look({ remainingBytes: 1024 * MiB })
    expect(kinds(job)).toEqual(['start-post-copy'])
  })

  test('only watches during post-copy, broken or not', () => {
    const job = start(defaultIntent, labFacts).drain(1024, 20)
    job.sync(600)
    for (let left = 600; left > 300; left -= 9.1) job.look({ remainingBytes: left * MiB, phase: 'post-copy' })
    const broken = job.look({ remainingBytes: 300 * MiB, phase: 'post-copy-failed' })
    expect(broken.outlook).toMatchObject({ etaMs: null, line: expect.stringContaining('until it is resumed') })
    job.look({ remainingBytes: 300 * MiB, phase: 'post-copy' })
    expect(kinds(job)).toEqual(['start-post-copy'])
  })

  test('never aborts once the guest runs on the destination, however late', () => {
    const job = start({ ...defaultIntent, deadlineMs: 21_000 }, labFacts).drain(1024, 20)
    job.sync(600)
    for (let late = 0; late < 400; late++) job.look({ remainingBytes: 300 * MiB, phase: 'post-copy' })
    expect(kinds(job)).not.toContain('abort')
  })

  test('aborts as soon as the deadline is out of reach, with the numbers', () => {
    const facts: Facts = { ...quietFacts, likelyNonZeroBytes: 1024 * MiB }
    const job = start({ ...defaultIntent, postCopy: 'never', deadlineMs: 20_000 }, facts)
    // The link turns out to be ten times slower.
    for (let late = 0; late < 150 && job.acts.length === 0; late++) {
      job.look({ remainingBytes: (1024 - late) * MiB, bandwidthBytesPerSecond: 10 * MiB })
      job.sent += MiB
    }
    expect(job.acts).toMatchObject([{ kind: 'abort', reason: { code: 'deadline-cannot-be-met' } }])
    expect(job.now).toBeLessThan(15_000)
    expect(job.acts[0]?.why).toMatch(/at least .* are left/)
  })

  test('takes a periodic sync inside a pass for what it is', () => {
    const intent: Intent = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 99, maxPauseMs: 1000 }
    const facts: Facts = {
      ...labFacts,
      dirtyWindows: [1, 2, 4].map((s) => ({
        windowMs: s * 1000,
        dirtyBytes: 600 * MiB * -Math.expm1((-130 * s) / 600),
        kind: 'dirty-ring',
      })),
    }
    const job = start(intent, facts)
    expect(job.state.throttle.percent).not.toBeNull()
    job.drain(1024, 20)
    job.sync(500)
    expect(job.state.passes.ended).toBe(1)
    job.drain(500, 250)
    job.sync(400)
    expect(job.state.passes.ended).toBe(1)
    job.throttlePercent = 66
    job.drain(400, 20)
    job.sync(200)
    expect(job.state.passes.ended).toBe(2)
    // QEMU was told at the start to stay at the throttle that was chosen; no lever was pulled.
    expect(kinds(job)).toEqual(['set-throttle'])
  })

  test("lowers QEMU's limit where somebody raised it beyond what the intent allows", () => {
    const job = start(defaultIntent, quietFacts)
    const { acts } = job.look({ remainingBytes: 900 * MiB, downtimeLimitMs: 9000 })
    expect(acts).toMatchObject([{ kind: 'set-downtime-limit' }])
    expect(acts[0]?.kind === 'set-downtime-limit' && acts[0].downtimeMs < 1000).toBe(true)
  })

  describe('a limit that was raised beyond what is safe by itself, and that QEMU does not take', () => {
    const intent: Intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 7050 }
    const raised = (): Job => {
      const job = start(intent, labFacts).drain(1024, 20)
      job.sync(600)
      expect(kinds(job)).toEqual(['set-downtime-limit'])
      expect(job.state).toMatchObject({ stage: { name: 'switching-over' } })
      expect(job.state.switchover.limitMs).toBeGreaterThan(6900)
      return job
    }

    test('stands for as long as no more can be pending than fits', () => {
      const job = raised().drain(600, 20)
      job.sync(600)
      job.drain(600, 20)
      expect(job.acts.every((act) => act.kind === 'set-downtime-limit' && act.downtimeMs >= 6900)).toBe(true)
      expect(job.state.switchover.limitMs).toBeGreaterThan(6900)
    })

    test('is told of where the migration is given up, and not as a pause that is too long', () => {
      const job = raised()
      for (let pass = 0; pass < 40 && kinds(job).at(-1) !== 'abort'; pass++) {
        job.drain(600, 20)
        job.sync(600)
      }
      const end = job.acts.at(-1)
      expect(end).toMatchObject({ kind: 'abort', numbers: { maxPauseMs: 7050, switchoversTried: 2 } })
      expect(end?.why).toMatch(
        /; a pause of 6.7 s is within the 7 s allowed, but QEMU has not taken it, at .* after 2 raises;/,
      )
      expect(end?.numbers['pauseMs']).toBeLessThan(7050)
    })

    test('is taken back once more can be, since it could become a longer pause at any later moment', () => {
      const job = raised().drain(600, 20)
      job.sync(750)
      job.drain(750, 700)
      const back = job.acts.at(-1)
      expect(back).toMatchObject({ kind: 'set-downtime-limit', why: expect.stringMatching(/overshoots/) })
      expect(job.state.switchover.limitMs).toBeLessThan(6500)
      expect(job.state.stage.name).toBe('copying')
    })

    test('is left to QEMU for its next look all the same: a sync of a large guest takes a second', () => {
      const job = raised()
      // Nothing moves in the counters while QEMU syncs; what is known of the guest has become worse.
      const { facts } = job.state
      job.state = {
        ...job.state,
        facts: { ...facts, dirtyWindows: [{ windowMs: 1000, dirtyBytes: 900 * MiB, kind: 'pass' }] },
      }
      while (job.now - job.state.stage.since < 1900) job.look({ remainingBytes: 600 * MiB })
      expect(job.acts).toHaveLength(1)
      for (let looks = 0; looks < 3; looks++) job.look({ remainingBytes: 600 * MiB })
      expect(job.acts).toHaveLength(2)
    })
  })

  test('a guest with phases gets four chances for a dip before it is given up', () => {
    const job = start({ ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 0 }, { ...labFacts, dirtyWindows: [] })
    job.drain(1024, 20)
    for (let pass = 0; pass < 3; pass++) {
      job.sync(600)
      job.drain(600, 20)
    }
    expect(job.acts).toEqual([])
    job.sync(60)
    expect(kinds(job)).toEqual(['set-downtime-limit'])
  })

  test('a guest that rested when it was measured, and writes as much again in each pass, is not waited for', () => {
    expect(kinds(restedWhenMeasured(defaultIntent, 5))).toContain('start-post-copy')
  })

  test('one that may be slowed, but was launched without a throttle, is told to be asked for again', () => {
    const told = [99, 0].map((maxSlowdownPercent) => {
      const last = restedWhenMeasured({ ...defaultIntent, postCopy: 'never', maxSlowdownPercent }, 12).acts.at(-1)
      return last?.kind === 'abort' ? last.reason.message : ''
    })
    expect(told).toEqual([
      expect.stringMatching(/is allowed; it may be slowed, .* asked again it is measured anew$/),
      expect.stringMatching(/is allowed$/),
    ])
  })

  test('a guest that was measured to write too much for the pause allowed is given up at the end of pass 2, with nothing armed', () => {
    const intent = { ...defaultIntent, maxPauseMs: 300 }
    const nothingArmed = {
      postCopy: { possible: false, why: 'not armed' },
      throttle: { possible: false, why: 'not armed' },
    }
    const job = start(intent, { ...factsAbout(uniformWriter(600, 372)), ...nothingArmed })
    job.drain(1024, 20)
    job.sync(600)
    job.drain(600, 20)
    expect(kinds(job)).not.toContain('abort')
    // A busy machine lets it write less in one pass than in another.
    job.sync(430)
    expect(job.acts.at(-1)).toMatchObject({ kind: 'abort', reason: { code: 'will-not-converge' } })
    expect(job.acts.at(-1)?.why).toContain('after pass 2')
  })

  test('says what it expects while it runs', () => {
    const { outlook } = start(defaultIntent, labFacts).drain(1024, 500).last ?? { outlook: null }
    expect(outlook?.line).toMatch(
      /^will not converge: the guest writes ≥ [\d.]+ MiB\/s, the link carries 91 MiB\/s; switching to post-copy at the end of pass 1$/,
    )
    expect(outlook?.etaMs?.likely).toBeGreaterThan(11_000)
  })
})
