import { expect, test } from 'vitest'
import type { Retention } from '../store/retention.ts'
import { keepToRetention } from './retention.ts'

/** What is asked of the store in the first six hours. */
async function asked(keepDays: number | null, keepReportsDays: number | null): Promise<readonly Retention[]> {
  const prunes: Retention[] = []
  const stopped = new AbortController()
  const prune = async (retention: Retention) => {
    prunes.push(retention)
    return { migrations: 0, entries: 0 }
  }
  const clock = { now: () => 0, sleep: async () => stopped.abort() }
  await keepToRetention({ prune }, { keepDays, keepReportsDays }, clock, stopped.signal, (error) => {
    throw error
  })
  return prunes
}

test('nothing is removed where nothing was configured', async () => {
  expect(await asked(null, null)).toEqual([])
})

test('how migrations went is removed before their reports are', async () => {
  expect(await asked(90, 730)).toEqual([
    { longestDays: 730, reports: 'removed' },
    { longestDays: 90, reports: 'kept' },
  ])
  expect(await asked(90, null)).toEqual([{ longestDays: 90, reports: 'kept' }])
  expect(await asked(null, 730)).toEqual([{ longestDays: 730, reports: 'removed' }])
})
