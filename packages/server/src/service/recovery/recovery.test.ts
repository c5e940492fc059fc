import { expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { recover } from './recovery.ts'

/** Runs so many rounds of it; what the hosts have at each is told by the test. */
async function rounds(
  orphans: readonly (readonly string[])[],
  cannot: ReadonlySet<string> = new Set(),
  silent: Promise<void> = Promise.resolve(),
) {
  const stop = new AbortController()
  const [taken, failed]: [string[], string[]] = [[], []]
  let round = 0
  let firstRounds = 0
  const clock: Clock = {
    now: () => 0,
    sleep: async () => {
      await new Promise((resolve) => setImmediate(resolve))
      if (++round >= orphans.length) stop.abort()
    },
  }
  await recover(
    {
      client: {
        watch: async (guest) => {
          if (guest === 'silent') await silent
          if (cannot.has(guest ?? '')) throw new Error('its host does not answer')
          return {
            id: `m-${guest}`,
            guest: guest ?? '',
            source: 'a',
            destination: 'b',
            role: { origin: 'taken-over', hands: 'on' },
          }
        },
      },
      orphans: async () => {
        const now = orphans[round] ?? []
        if (now.includes('broken')) throw new Error('the store is away')
        return now.map((uuid) => ({ uuid, name: uuid }))
      },
      clock,
      onTaken: ({ id }) => taken.push(id),
      onFailed: (guest, error) => failed.push(`${guest}: ${error instanceof Error ? error.message : ''}`),
      onFirstRound: () => firstRounds++,
    },
    stop.signal,
  )
  expect(firstRounds).toBe(1)
  return { taken, failed }
}

test('what a driver that died has left is taken over, at the start and later', async () => {
  expect(await rounds([['web1'], [], ['db1', 'db2']])).toEqual({ taken: ['m-web1', 'm-db1', 'm-db2'], failed: [] })
})

test('one that cannot be taken over is tried again, and told once; the others are not kept waiting', async () => {
  expect(await rounds([['web1', 'db1'], ['web1'], ['web1']], new Set(['web1']))).toEqual({
    taken: ['m-db1'],
    failed: ['web1: its host does not answer'],
  })
})

test('one that was gone meanwhile and cannot be taken over again is told again', async () => {
  const failed = 'web1: its host does not answer'
  expect(await rounds([['web1'], [], ['web1']], new Set(['web1']))).toEqual({ taken: [], failed: [failed, failed] })
})

test('one whose host is silent keeps what is found later from nothing', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const taken = rounds([['silent'], ['silent', 'web1'], ['silent']], new Set(), promise)
  setTimeout(resolve, 20)
  expect(await taken).toEqual({ taken: ['m-web1', 'm-silent'], failed: [] })
})

test('a store that does not answer is asked again', async () => {
  expect(await rounds([['broken'], ['web1']])).toEqual({ taken: ['m-web1'], failed: ['all: the store is away'] })
})
