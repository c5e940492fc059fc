import { defaultIntent, initialState, plan } from '@landfall/core'
import type { Facts, Report } from '@landfall/core'
import { expect, test } from 'vitest'
import type { MigrationStory } from './story.ts'
import type { MeasuredMigration } from './record.ts'
import { plainFacts } from '../../testing/plain-facts.ts'
import { plainRecord, storyOf } from '../../testing/story.ts'
import { historyOf as historyOfLessons } from './history.ts'
import type { History, HistoryQuestion } from './history.ts'
import { lessonOf } from './lesson.ts'

const MiB = 1024 ** 2
const now = 1_800_000_000_000
const hour = 3_600_000
const facts: Facts = {
  ...plainFacts,
  memoryBytes: 1024 * MiB,
  link: { bytesPerSecond: { low: 85 * MiB, likely: 91 * MiB, high: 95 * MiB }, source: 'configured' },
}
const question = { guestUuid: 'a', memoryBytes: facts.memoryBytes, source: 'h1', destination: 'h2', now }

/** As a store tells it. */
const historyOf = (stories: readonly MigrationStory[], asked: HistoryQuestion): History =>
  historyOfLessons(
    stories.flatMap((each) => lessonOf(each) ?? []),
    asked,
  )

function story(
  measured: Partial<MeasuredMigration> | null,
  change: { uuid?: string; from?: string; to?: string; agoMs?: number } = {},
): MigrationStory {
  const record = {
    ...plainRecord,
    guest: { name: 'g', uuid: change.uuid ?? 'a' },
    source: change.from ?? 'h1',
    destination: change.to ?? 'h2',
    facts,
    plan: plan(defaultIntent, facts),
  }
  const nothing = { prepareMs: null, teardownMs: null, firstPassBytes: null, linkBytesPerSecond: null }
  const end = { launched: true, measured: measured === null ? null : { ...nothing, ...measured } }
  return storyOf(record, end, now - (change.agoMs ?? hour))
}

test('a guest is predicted to send what it sent in its last migrations, by the middle one', () => {
  const stories = [700, 900, 800].map((size) => story({ firstPassBytes: size * MiB }))
  expect(historyOf(stories, question).usualFirstPassBytes).toBe(800 * MiB)
})

test("another guest's memory says nothing, nor does its own from before its memory was changed", () => {
  const other = story({ firstPassBytes: 700 * MiB }, { uuid: 'b' })
  expect(historyOf([other], question)).not.toHaveProperty('usualFirstPassBytes')
  const own = story({ firstPassBytes: 700 * MiB })
  expect(historyOf([own], { ...question, memoryBytes: 2048 * MiB })).not.toHaveProperty('usualFirstPassBytes')
})

test('overheads come from the same two hosts where there are any, else from all', () => {
  const elsewhere = story({ prepareMs: 4000, teardownMs: 900 }, { to: 'h3', uuid: 'b' })
  expect(historyOf([elsewhere], question).overheads).toEqual({
    prepareMs: 4000,
    prepareSeen: true,
    teardownMs: 900,
  })
  const here = story({ prepareMs: 300 }, { uuid: 'b' })
  expect(historyOf([here, elsewhere], question).overheads).toEqual({ prepareMs: 300, prepareSeen: true })
})

test('the link is only known from migrations between the two', () => {
  const elsewhere = story({ linkBytesPerSecond: 900 * MiB }, { to: 'h3' })
  expect(historyOf([elsewhere], question)).not.toHaveProperty('linkBytesPerSecond')
  const there = story({ linkBytesPerSecond: 90 * MiB })
  expect(historyOf([there], question).linkBytesPerSecond).toBe(90 * MiB)
  // The way back tells as long as nothing went this way.
  const back = story({ linkBytesPerSecond: 80 * MiB }, { from: 'h2', to: 'h1' })
  expect(historyOf([back], question).linkBytesPerSecond).toBe(80 * MiB)
  expect(historyOf([there, back], question).linkBytesPerSecond).toBe(90 * MiB)
})

test("what passes saw of the guest's writing is told with its age, nearest by time of day", () => {
  const saw = (mib: number, agoMs: number): MigrationStory => {
    const told = story({}, { agoMs })
    const passed = { windowMs: 8000, dirtyBytes: mib * MiB, kind: 'pass' } as const
    const probed = { windowMs: 1000, dirtyBytes: mib * MiB, kind: 'page-sampling' } as const
    const seen = { ...facts, dirtyWindows: [probed, passed, { ...passed, ageMs: 5 }] }
    return { ...told, state: initialState(told.record.plan, defaultIntent, seen, told.beganAt) }
  }
  const [yesterday, tonight] = [saw(50, 23 * hour), saw(400, 12 * hour)]
  expect(historyOf([yesterday, tonight], question).passWindows).toEqual([
    { windowMs: 8000, dirtyBytes: 50 * MiB, kind: 'pass', ageMs: 23 * hour },
  ])
  expect(historyOf([tonight], question).passWindows).toHaveLength(1)
})

test('what is older than a month, or ended without figures, is not asked', () => {
  const old = story({ firstPassBytes: 700 * MiB, prepareMs: 1 }, { agoMs: 32 * 24 * hour })
  expect(historyOf([old, story(null)], question)).toEqual({
    coldTimes: {},
    experience: [],
    overheads: {},
    passWindows: [],
  })
})

const restart = (shutdownMs: number, bootMs?: number, uuid = 'a'): MigrationStory =>
  story({ cold: { shutdownMs, startMs: 500, ...(bootMs === undefined ? {} : { bootMs }) } }, { uuid, to: 'h3' })

test("a guest's cold migrations predict its next one, by the middle of each time; other guests' do not", () => {
  const stories = [restart(3000, 9000), restart(9000), restart(4000, 7000), restart(60_000, 60_000, 'b')]
  expect(historyOf(stories, question).coldTimes).toEqual({ shutdownMs: 4000, startMs: 500, bootMs: 7000 })
})

test('a cold migration says nothing of what a live one takes', () => {
  const cold = story({ cold: { shutdownMs: 3000 } })
  const elsewhere = story({ prepareMs: 4000 }, { to: 'h3', uuid: 'b' })
  expect(historyOf([elsewhere, cold], question).overheads).toEqual({ prepareMs: 4000, prepareSeen: true })
})

test('what dirty logging costs is told by guests under KVM that left the same host, by the middle one', () => {
  const logged = (passMiB: number, change: { accelerator?: 'kvm' | 'tcg'; source?: string } = {}): MigrationStory => {
    const { record, ...rest } = story({})
    const seen: Facts = {
      ...facts,
      accelerator: change.accelerator ?? 'kvm',
      dirtyWindows: [
        { windowMs: 1000, dirtyBytes: 256 * MiB, kind: 'page-sampling', samplePagesPerGiB: 16_384 },
        { windowMs: 1000, dirtyBytes: passMiB * MiB, kind: 'pass' },
      ],
    }
    const state = initialState(record.plan, defaultIntent, seen, 0)
    return { ...rest, record: { ...record, facts: seen, source: change.source ?? 'h1' }, state }
  }
  const { loggingMicrosecondsPerPage: cost } = historyOf([logged(100), logged(200), logged(250)], question)
  // 200 MiB are 51,200 pages, reached in no more than 1000 ms.
  expect(cost?.high).toBeCloseTo(19.5, 1)
  // One that has idle time shows it in that: 20 % of the second more than before for 51,200 pages.
  const idle = logged(200)
  const paced: MigrationStory = {
    ...idle,
    record: { ...idle.record, facts: { ...idle.record.facts, vcpuBusyShare: 0.1 } },
    measured: {
      prepareMs: null,
      teardownMs: null,
      firstPassBytes: null,
      linkBytesPerSecond: null,
      firstPass: { ms: 1000, busyShare: 0.3, leftBytes: 200 * MiB },
    },
  }
  expect(historyOf([paced], question).loggingMicrosecondsPerPage?.likely).toBeCloseTo(3.9, 1)
  const others = [logged(200, { accelerator: 'tcg' }), logged(200, { source: 'h9' }), story({})]
  expect(historyOf(others, question).loggingMicrosecondsPerPage).toBeUndefined()
})

test('migrations that went as planned tell where they came out in their ranges; others, and those to elsewhere, do not', () => {
  const planned = story({})
  const chosen = planned.record.plan.forecasts.find(({ strategy }) => strategy === planned.record.plan.strategy)
  const { likely, high } = chosen?.totalTimeMs ?? { likely: 0, high: 0 }
  const ended = (change: Partial<Report>, to = 'h2'): MigrationStory => {
    const told = story({}, { to })
    const { source, destination, plan: taken } = told.record
    const figures = { totalTimeMs: (likely + high) / 2, downtimeMs: null, longestStallMs: null, lostWorkSeconds: null }
    const rest = { bytesSent: null, passes: null, maxThrottlePercent: 0, predicted: null, decisions: [] }
    const reason = { code: 'landed', message: '' }
    const report = { outcome: 'completed', reason, strategy: taken.strategy, source, destination, ...figures, ...rest }
    return { ...told, report: { ...told.report, ...report, ...change } as MigrationStory['report'] }
  }
  const aborted = ended({ outcome: 'aborted' })
  const otherwise = ended({ strategy: 'cold' })
  const [one, ...more] = historyOf([aborted, otherwise, ended({}, 'h3'), ended({})], question).experience
  expect(more).toEqual([])
  expect(one).toEqual({ strategy: chosen?.strategy, figure: 'totalTimeMs', position: expect.closeTo(0.5, 6) })
})
