import type { MigrationUpdate } from '@landfall/api'
import { expect, test } from 'vitest'
import { serverError } from '../../errors.ts'
import type { Hold } from '../../run/request/carry-request.ts'
import { Moves } from './moves.ts'

const sample = (at: number, phase: string, likely: number | null, bytesSent = 1): MigrationUpdate =>
  ({
    kind: 'sample',
    at,
    sample: { phase, bytesSent },
    outlook: { etaMs: likely === null ? null : { low: 0, likely, high: likely } },
  }) as MigrationUpdate

/** A move whose updates are these, and what was watched. */
async function movesWith(updates: readonly MigrationUpdate[], report: object | null = null) {
  const watched: string[] = []
  const moves = new Moves(
    {
      prepare: () => Promise.resolve({ id: 'm1' } as never),
      watch: (guest) => (watched.push(guest), Promise.resolve({} as never)),
      takeUp: () => Promise.resolve(false),
      updates: async function* () {
        for (const [number, update] of updates.entries()) yield await Promise.resolve({ number, update })
        await new Promise(() => undefined)
      },
      abort: () => Promise.resolve(),
    },
    { read: () => Promise.resolve({ report } as never) },
    () => undefined,
  )
  await moves.prepare({ guest: 'g' } as never)
  return { moves, watched }
}

test('in how long a move needs the link no more is told by its last sample, its teardown left out', async () => {
  const planned = { kind: 'planned', migration: { facts: { overheads: { teardownMs: 300 } } } } as MigrationUpdate
  const { moves } = await movesWith([planned, sample(1000, 'active', 4300)])
  await expect.poll(() => moves.copyLeftMs('m1', 2000)).toBe(3000)
  const silent = await movesWith([planned, sample(1000, 'active', 900), sample(1100, 'active', null)])
  await expect.poll(() => silent.moves.copyLeftMs('m1', 2000)).toBeNull()
  const over = await movesWith([planned, sample(1000, 'completed', null)])
  await expect.poll(() => over.moves.copyLeftMs('m1', 2000)).toBe(0)
})

test('the first byte was sent when it was first seen to be, of a move that was seen from its launch on', async () => {
  const samples = [sample(1000, 'preparing', null, 0), sample(3000, 'active', 900), sample(3100, 'active', 800)]
  const { moves } = await movesWith(samples)
  await expect.poll(() => moves.copiedFrom('m1')).toBe(3000)
  await moves.know('taken over', 'g')
  await expect.poll(() => moves.copyLeftMs('taken over', 3100)).toBe(800)
  expect(moves.copiedFrom('taken over')).toBeNull()
})

/** How a held move is told to have ended, after that was done to it. */
async function endAfter(act: (moves: Moves, byAPerson: () => Promise<void>) => Promise<void>) {
  const gone = Promise.withResolvers<never>()
  const abort = async (): Promise<void> => gone.reject(serverError('withdrawn', 'g: aborted; nothing was started', ''))
  const moves = new Moves(
    {
      prepare: () => Promise.resolve({ id: 'm1' } as never),
      watch: () => Promise.resolve({} as never),
      takeUp: () => Promise.resolve(false),
      updates: async function* () {
        yield await gone.promise
      },
      abort,
    },
    { read: () => Promise.resolve(null) },
    () => undefined,
  )
  await moves.prepare({ guest: 'g' } as never)
  await act(moves, abort)
  await expect.poll(() => moves.ended('m1')).not.toBeNull()
  return moves.ended('m1')
}

test('one that a person aborts before its launch is not asked for again, and one that the drain takes back is', async () => {
  expect(await endAfter((_moves, byAPerson) => byAPerson())).toMatchObject({ outcome: 'aborted', next: 'never' })
  expect(await endAfter((moves) => moves.withdraw('m1'))).toMatchObject({ outcome: 'not-begun', next: 'again' })
  expect(await endAfter((moves) => moves.letGo())).toMatchObject({ outcome: 'not-begun', next: 'again' })
})

test('one that ended while nobody could tell how is looked at again, and one that has its end is not', async () => {
  const unclear = await movesWith([])
  await unclear.moves.settle('m1', 'g')
  const told = await movesWith([], { outcome: 'failed' })
  await told.moves.settle('m1', 'g')
  expect([unclear.watched, told.watched]).toEqual([['g'], []])
})

test('one that another process drives has not failed where a store was away for a moment: it is followed again', async () => {
  let [followed, told] = [0, 0]
  const moves = new Moves(
    {
      prepare: () => Promise.reject(new Error('nothing is asked for')),
      watch: () => Promise.resolve({} as never),
      takeUp: () => Promise.resolve(false),
      updates: async function* () {
        if (++followed === 1) throw serverError('store-unusable', 'the store is away', '')
        yield await Promise.resolve({ number: 1, update: sample(1000, 'active', 900) })
        await new Promise(() => undefined)
      },
      abort: () => Promise.resolve(),
    },
    { read: () => Promise.resolve({ report: null } as never) },
    () => told++,
  )
  const looks = async (): Promise<number> => {
    await moves.know('m1', 'g')
    expect(moves.ended('m1')).toBeNull()
    return followed
  }
  await expect.poll(looks).toBe(2)
  await expect.poll(() => moves.copyLeftMs('m1', 1000)).toBe(900)
  expect([moves.ended('m1'), told]).toEqual([null, 1])
})

test('a move whose plan is made again is not ready for its launch meanwhile', async () => {
  const holds: Hold[] = []
  const news: boolean[] = []
  const moves: Moves = new Moves(
    {
      prepare: (_, hold) => {
        holds.push(hold)
        hold.onReady(true)
        return Promise.resolve({ id: 'm1' } as never)
      },
      watch: () => Promise.resolve({} as never),
      takeUp: () => Promise.resolve(false),
      updates: async function* () {
        await new Promise(() => undefined)
        yield undefined as never
      },
      abort: () => Promise.resolve(),
    },
    { read: () => Promise.resolve(null) },
    () => news.push(moves.isReady('m1')),
  )
  await moves.prepare({ guest: 'g' } as never)
  const isReady = [moves.isReady('m1')]
  for (const is of [false, true]) {
    holds[0]?.onReady(is)
    isReady.push(moves.isReady('m1'))
  }
  expect([isReady, news]).toEqual([[true, false, true], [true]])
})

test('one that was launched and has no story goes on where somebody is at it, never began where nobody is, and is looked at again where that cannot be told', async () => {
  const answers = [new Error('Nova does not answer'), true, false]
  const asked: string[] = []
  const moves = new Moves(
    {
      prepare: () => Promise.reject(new Error('nothing is asked for')),
      watch: () => Promise.reject(new Error('there is no story')),
      takeUp: async (id) => {
        asked.push(id)
        const answer = answers.shift() ?? false
        if (answer instanceof Error) throw answer
        return answer
      },
      updates: async function* () {
        yield await Promise.resolve({ number: 1, update: sample(1000, 'active', 900) })
        await new Promise(() => undefined)
      },
      abort: () => Promise.resolve(),
    },
    { read: () => Promise.resolve(null) },
    () => undefined,
  )
  const launched = { guest: 'g', to: 'host2', confirm: false } as never
  await moves.know('m1', 'g', launched)
  expect(moves.ended('m1')).toBeNull()
  await moves.know('m1', 'g', launched)
  await expect.poll(() => moves.copyLeftMs('m1', 1000)).toBe(900)
  expect(moves.ended('m1')).toBeNull()
  await moves.know('m2', 'g', launched)
  expect(moves.ended('m2')).toMatchObject({ outcome: 'not-begun' })
  await moves.know('not launched', 'g')
  expect(moves.ended('not launched')).toMatchObject({ outcome: 'not-begun' })
  expect(asked).toEqual(['m1', 'm1', 'm2'])
})
