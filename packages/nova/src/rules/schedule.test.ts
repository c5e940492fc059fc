import { describe, expect, test } from 'vitest'
import { completionTimeoutS, dataGiB, downtimeAfter, downtimeSchedule, timeoutInWords } from './schedule.ts'

const defaults = { downtimeMs: 500, steps: 10, delayS: 75 }

describe("Nova's downtime schedule", () => {
  test('of a guest of 2 GiB and less by default: 50 ms at once, 500 ms after 25 minutes', () => {
    const schedule = downtimeSchedule(defaults, dataGiB(512, []), 26)
    expect(schedule.map(({ afterS, downtimeMs }) => `${afterS}:${downtimeMs}`).join(' ')).toBe(
      '0:50 150:95 300:140 450:185 600:230 750:275 900:320 1050:365 1200:410 1350:455 1500:500',
    )
  })

  test('of 8 and of 64 GiB: the full pause comes after 6,000 and 48,000 s', () => {
    expect(downtimeSchedule(defaults, dataGiB(8192, []), 26).at(-1)?.afterS).toBe(6000)
    expect(downtimeSchedule(defaults, dataGiB(65_536, []), 26).at(-1)?.afterS).toBe(48_000)
  })

  test('cuts fractions off', () => {
    const steps = downtimeSchedule({ downtimeMs: 100, steps: 3, delayS: 3 }, 2, 26)
    expect(steps.map(({ downtimeMs }) => downtimeMs)).toEqual([33, 55, 77, 100])
  })

  test('was exponential up to Newton', () => {
    const steps = downtimeSchedule({ ...defaults, downtimeMs: 400 }, 2, 14)
    expect(steps.map(({ downtimeMs }) => downtimeMs)).toEqual([37, 38, 39, 42, 46, 55, 70, 98, 148, 238, 400])
  })

  test('compares strictly: the first step holds at the first look, not before', () => {
    const schedule = downtimeSchedule(defaults, 2, 26)
    expect([0, 0.5, 150, 150.5, 9999].map((s) => downtimeAfter(schedule, s))).toEqual([null, 50, 50, 95, 500])
  })
})

describe("Nova's completion timeout", () => {
  test('counts memory and each copied disk, at least 2 GiB each', () => {
    expect(dataGiB(1024, [])).toBe(2)
    // The recordings' guest: 1 GiB and a tiny disk, 12 s per GiB: aborted after 48 s.
    expect(completionTimeoutS(12, dataGiB(1024, [46 * 2 ** 20]))).toBe(48)
    expect(completionTimeoutS(800, dataGiB(65_536, []))).toBe(51_200)
    expect(completionTimeoutS(0, 64)).toBeNull()
  })

  test('in plain words', () => {
    expect(timeoutInWords(64, 800, 'abort')).toBe('a 64 GiB guest is aborted after 14.2 h')
    expect(timeoutInWords(1, 800, 'force_complete')).toBe('a 1 GiB guest is forced to complete after 26.7 min')
    expect(timeoutInWords(4, 0, 'abort')).toBe('a 4 GiB guest is copied for as long as it takes')
  })
})
