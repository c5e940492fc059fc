// The guest that no plain migration ever lands: moved back and forth, and asked each time what became of it.
import { setLink, waitForSweep } from '@landfall/lab'
import { defaultIntent } from '@landfall/core'
import type { Intent } from '@landfall/core'
import type { MigrationReport, MigrationPlan } from '@landfall/server'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { busyGuest, busyMemoryBytes, busyWriteSetBytes, now, useGuest } from './support/guest.ts'
import { landfallHere, planFor } from './support/in-process.ts'
import { expectExit, landfall, reportOf } from './support/landfall.ts'
import { expectReport } from './support/report.ts'

const guest = useGuest(busyGuest)
const lab = inject('labName')
const pauseOnly: Intent = { ...defaultIntent, postCopy: 'never', maxPauseMs: 10_000 }
const slowMoves = 4
const fastMoves = 16

let beganAt = 0
const totals: number[] = []

beforeAll(() => {
  beganAt = now()
})

/** Moves it to the other host, once and without a second try. */
async function move(): Promise<MigrationReport> {
  const { from, to } = await guest.route()
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json'])
  expectExit(finished, 0)
  const report = reportOf(finished)
  expectReport(report)
  await expectLanded(report, from, to)
  return report
}

/** It runs on the destination and is known nowhere else; nothing was wrong since the first move. */
async function expectLanded(report: MigrationReport, from: string, to: string): Promise<void> {
  expect(report).toMatchObject({ outcome: 'completed', source: from, destination: to, maxThrottlePercent: 0 })
  await guest.livesOn(to, beganAt)
}

describe('over 800 Mbit/s', () => {
  beforeAll(() => setLink(lab, '800Mbit'))

  afterAll(() => {
    console.log(`total times over 800 Mbit/s: ${totals.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}`)
  })

  test.for(Array.from({ length: slowMoves }, (_, index) => index + 1))('move %i lands by post-copy', async () => {
    const report = await move()
    totals.push(report.totalTimeMs ?? Infinity)
    expect(report.strategy).toBe('post-copy')
    expect(report.bytesSent).toBeLessThanOrEqual(1.2 * (busyMemoryBytes + busyWriteSetBytes))
    expect(report.decisions.map(({ act }) => act)).toEqual(['start-post-copy'])
  })

  test('it takes 25 s at most', () => {
    const sorted = totals.toSorted((a, b) => a - b)
    expect(sorted).toHaveLength(slowMoves)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(25_000)
  })
})

describe('over 4 Gbit/s, by plans that were made once', () => {
  const intents = { 'post-copy': defaultIntent, 'early-switchover': pauseOnly } as const
  const plans = new Map<keyof typeof intents, MigrationPlan>()

  beforeAll(() => setLink(lab, '4Gbit'))
  afterAll(() => setLink(lab, '800Mbit'))

  test.for(
    Array.from({ length: fastMoves }, (_, index) => ({
      number: slowMoves + 1 + index,
      strategy: index % 2 === 0 ? ('post-copy' as const) : ('early-switchover' as const),
    })),
  )('move $number lands by $strategy', async ({ strategy }) => {
    await using system = await landfallHere()
    const { from, to } = await guest.route()
    const plan = plans.get(strategy) ?? (await system.plan({ guest: guest.name, to, intent: intents[strategy] }))
    plans.set(strategy, plan)
    const running = await system.migrate(planFor(plan, from, to), () => undefined)
    const report = await running.ended
    expect(report.strategy).toBe(strategy)
    await expectLanded(report, from, to)
  })
})

test('not one page of its memory is wrong after all moves', async () => {
  const { from } = await guest.route()
  expect(await waitForSweep(lab, guest.name)).toMatchObject({ pagesWrong: 0, blocksWrong: 0 })
  await guest.livesOn(from, beganAt)
}, 150_000)
