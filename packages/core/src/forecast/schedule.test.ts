import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../intent.ts'
import { plan } from '../plan/plan.ts'
import type { Plan } from '../plan/plan-shape.ts'
import type { Schedule } from '../schedule.ts'
import { simulate } from '../simulator/simulate.ts'
import { factsAbout, fastWriter, labLink, quietWriter, uniformWriter } from '../testing/lab-guests.ts'

/** Nova's defaults for a guest of 2 GiB or less. */
const schedule: Schedule = {
  name: 'Nova',
  pauses: Array.from({ length: 11 }, (_, step) => ({ afterMs: step * 150_000, downtimeMs: 50 + 45 * step })),
  timeoutMs: 1_600_000,
  timeoutAction: 'abort',
  autoConverge: false,
  postCopy: false,
}

const planned = (guest: typeof fastWriter, part: Partial<Schedule> = {}): Plan =>
  plan({ ...defaultIntent, schedule: { ...schedule, ...part } }, factsAbout(guest))
const forecastOf = ({ forecasts }: Plan) => forecasts.find(({ strategy }) => strategy === 'schedule')

describe("the forecast of Nova's schedule", () => {
  test('a guest that never ends is told to be aborted by the timeout, and is not refused', () => {
    const { verdict, strategy, reason, launch } = planned(fastWriter)
    expect({ verdict, strategy, code: reason.code }).toEqual({
      verdict: 'go',
      strategy: 'schedule',
      code: 'schedule-was-asked',
    })
    expect(reason.message).toMatch(/will not finish, aborted after 26 min 40 s by its timeout/)
    expect(launch).toMatchObject({ postCopy: false, autoConverge: null, downtimeLimitMs: null })
  })

  test('without a timeout it never ends', () => {
    expect(planned(fastWriter, { timeoutMs: null }).reason.message).toMatch(/will never finish/)
    expect(forecastOf(planned(fastWriter, { timeoutMs: null }))?.finishes).toBe('no')
  })

  test('forced, the length of the pause is told', () => {
    const forced = planned(fastWriter, { timeoutAction: 'force-complete', timeoutMs: 24_000 })
    expect(forced.reason.message).toMatch(/forced after 24 s by a pause of about 6/)
    expect(forecastOf(forced)?.totalTimeMs?.likely).toBeGreaterThan(30_000)
  })

  test("post-copy is armed as Nova's flag has it, and no throttle of ours", () => {
    const { launch } = planned(fastWriter, { timeoutAction: 'force-complete', postCopy: true })
    expect(launch).toMatchObject({ postCopy: true, autoConverge: null, downtimeLimitMs: null })
    expect(planned(fastWriter, { autoConverge: true }).launch.autoConverge).toEqual({
      initialPercent: 20,
      incrementPercent: 10,
    })
  })

  test('a quiet guest ends', () => {
    const forecast = forecastOf(planned(quietWriter))
    expect(forecast?.finishes).not.toBe('no')
    expect(forecast?.totalTimeMs?.likely).toBeLessThan(60_000)
  })

  test('there is none where nobody asked for it', () => {
    expect(forecastOf(plan(defaultIntent, factsAbout(fastWriter)))).toBeUndefined()
  })

  test.each([
    ['quiet', quietWriter, {}],
    ['auto-converge', uniformWriter(400, 200), { autoConverge: true }],
    ['auto-converge, fast', fastWriter, { autoConverge: true }],
    ['forced', fastWriter, { timeoutAction: 'force-complete', timeoutMs: 30_000 } as const],
  ])('agrees with the model within a third: %s', (_, guest, part) => {
    const run = simulate(
      { ...defaultIntent, schedule: { ...schedule, ...part } },
      { guest, link: { bytesPerSecond: labLink }, facts: factsAbout(guest) },
    )
    expect(run.outcome).toBe('completed')
    const likely = forecastOf(planned(guest, part))?.totalTimeMs?.likely ?? 0
    expect(likely / run.totalTimeMs).toBeGreaterThan(0.67)
    expect(likely / run.totalTimeMs).toBeLessThan(1.5)
  })
})
