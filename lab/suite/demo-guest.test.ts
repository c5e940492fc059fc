// The guest that no plain migration ever lands: moved back and forth, and asked each time what became of it.
import { setLink, waitForSweep } from '@landfall/lab'
import type { MigrationReport } from '@landfall/server'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { demoGuest, demoMemoryBytes, demoWriteSetBytes, now, useGuest } from './support/guest.ts'
import { expectExit, landfall, reportOf } from './support/landfall.ts'
import { placesOf } from './support/places.ts'
import { expectReport } from './support/report.ts'

const guest = useGuest(demoGuest)
const lab = inject('labName')
const pauseOnly = ['--post-copy', 'never', '--max-pause', '10s']
const slowMoves = 4
const fastMoves = 16

let beganAt = 0
const totals: number[] = []

beforeAll(() => {
  beganAt = now()
})

/** Moves it to the other host, once and without a second try. */
async function move(intent: readonly string[]): Promise<MigrationReport> {
  const { from, to } = await guest.route()
  const finished = await landfall(['migrate', guest.name, '--to', to, '--json', ...intent])
  expectExit(finished, 0)
  const report = reportOf(finished)
  expectReport(report)
  expect(report).toMatchObject({ outcome: 'completed', source: from, destination: to, maxThrottlePercent: 0 })
  // Known on the destination alone, running and alive, nothing wrong since the first move.
  await guest.livesOn(to, beganAt)
  expect((await placesOf(guest.name)).map(({ host }) => host)).toEqual([to])
  return report
}

describe('over 800 Mbit/s', () => {
  beforeAll(() => setLink(lab, '800Mbit'))

  afterAll(() => {
    console.log(`total times over 800 Mbit/s: ${totals.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}`)
  })

  test.for(Array.from({ length: slowMoves }, (_, index) => index + 1))('move %i lands by post-copy', async () => {
    const report = await move([])
    totals.push(report.totalTimeMs ?? Infinity)
    expect(report.strategy).toBe('post-copy')
    expect(report.bytesSent).toBeLessThanOrEqual(1.2 * (demoMemoryBytes + demoWriteSetBytes))
    expect(report.decisions.map(({ act }) => act)).toEqual(['start-post-copy'])
  })

  test('it takes 25 s at most', () => {
    const sorted = totals.toSorted((a, b) => a - b)
    expect(sorted).toHaveLength(slowMoves)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(25_000)
  })
})

describe('over 4 Gbit/s', () => {
  beforeAll(() => setLink(lab, '4Gbit'))
  afterAll(() => setLink(lab, '800Mbit'))

  test.for(
    Array.from({ length: fastMoves }, (_, index) => ({
      number: slowMoves + 1 + index,
      intent: index % 2 === 0 ? [] : pauseOnly,
      strategy: index % 2 === 0 ? 'post-copy' : 'early-switchover',
    })),
  )('move $number lands by $strategy', async ({ intent, strategy }) => {
    expect((await move(intent)).strategy).toBe(strategy)
  })
})

test('not one page of its memory is wrong after all moves', async () => {
  const { from } = await guest.route()
  expect(await waitForSweep(lab, guest.name)).toMatchObject({ pagesWrong: 0, blocksWrong: 0 })
  await guest.livesOn(from, beganAt)
}, 150_000)
